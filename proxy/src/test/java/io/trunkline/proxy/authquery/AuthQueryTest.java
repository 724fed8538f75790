package io.trunkline.proxy.authquery;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.conf.AuthSettings;
import io.trunkline.protocol.auth.StoredSecret;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.proxy.login.Claim;
import io.trunkline.proxy.login.Finding;
import io.trunkline.proxy.session.ClientErrors;
import io.trunkline.settings.Secret;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AuthQueryTest {
  private static final Claim ALICE = new Claim("main", "postgres", "alice");
  private static final StoredSecret OLD = new StoredSecret.Plain(Secret.of("old"));
  private static final StoredSecret NEW = new StoredSecret.Plain(Secret.of("new"));
  private static final Duration REFRESH = Duration.ofSeconds(10);
  private static final Duration KEEP = Duration.ofSeconds(60);
  private static final ErrorResponse ERROR = ClientErrors.authenticationUnavailable();

  private final Queue<CompletableFuture<Answer>> asked = new ArrayDeque<>();
  private final List<Claim> claims = new ArrayList<>();
  private long now = -5; // such clocks may be negative
  private final AuthQuery secrets = query(REFRESH, KEEP);

  private AuthQuery query(Duration refresh, Duration keep) {
    AuthSettings base = AuthSettings.defaults();
    AuthSettings settings =
        new AuthSettings(
            base.method(),
            base.scramIterations(),
            null,
            base.hba(),
            null,
            null,
            base.ldapTimeout(),
            null,
            base.oauthClaim(),
            null,
            base.oauthTimeout(),
            null,
            "asker",
            null,
            null,
            base.query(),
            base.queryTimeout(),
            base.queryConnections(),
            refresh,
            keep);
    return new AuthQuery(settings, this::ask, () -> now);
  }

  private CompletableFuture<Answer> ask(Claim claim, String origin) {
    claims.add(claim);
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    asked.add(answer);
    return answer;
  }

  private CompletableFuture<Finding> find(Claim claim) {
    return secrets.find(claim, "10.0.0.1").toCompletableFuture();
  }

  /// What is found when the server, if it is asked, says this.
  private Finding find(Answer answer) {
    CompletableFuture<Finding> finding = find(ALICE);
    if (!asked.isEmpty()) {
      asked.remove().complete(answer);
    }
    return finding.join();
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private static Answer known(StoredSecret secret) {
    return new Answer.Known(secret, null);
  }

  private static Answer unanswered() {
    return new Answer.Unanswered(ERROR, "down");
  }

  private static Finding found(StoredSecret secret) {
    return new Finding.Known(secret, Finding.Keeper.ROLE);
  }

  @Test
  void find_freshAnswer_isNotAskedForAgain() {
    assertThat(find(known(OLD))).isEqualTo(found(OLD));
    pass(REFRESH.minusNanos(1));
    assertThat(find(known(NEW))).isEqualTo(found(OLD));
    pass(Duration.ofNanos(1));
    assertThat(find(known(NEW))).isEqualTo(found(NEW));
    assertThat(claims).containsExactly(ALICE, ALICE);
  }

  @Test
  void find_manyAtOnce_askOnce() {
    List<CompletableFuture<Finding>> findings = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      findings.add(find(ALICE));
    }
    assertThat(findings).noneMatch(CompletableFuture::isDone);
    assertThat(asked).hasSize(1);
    asked.remove().complete(known(OLD));
    assertThat(findings).allMatch(finding -> finding.join().equals(found(OLD)));
  }

  @Test
  void find_otherUserOrPlace_isAskedForApart() {
    find(known(OLD));
    find(new Claim("main", "postgres", "Alice"));
    find(new Claim("main", "shop", "alice"));
    find(new Claim("other", "postgres", "alice"));
    assertThat(claims).hasSize(4).doesNotHaveDuplicates();
  }

  @Test
  void find_nobody_isRememberedForASecond() {
    assertThat(find(new Answer.Nobody())).isEqualTo(new Finding.Nobody());
    pass(Duration.ofMillis(999));
    assertThat(find(known(NEW))).isEqualTo(new Finding.Nobody());
    pass(Duration.ofMillis(1));
    assertThat(find(known(NEW))).isEqualTo(found(NEW));
  }

  @Test
  void find_nobody_isNotKept() {
    find(new Answer.Nobody());
    pass(Duration.ofSeconds(2));
    assertThat(find(unanswered())).isEqualTo(new Finding.Unavailable(ERROR, "down"));
  }

  @Test
  void find_noServerAnswers_keptAnswerServesAndNoLonger() {
    find(known(OLD));
    pass(KEEP.minusNanos(1));
    assertThat(find(unanswered())).isEqualTo(found(OLD));
    pass(Duration.ofNanos(1));
    assertThat(find(unanswered())).isEqualTo(new Finding.Unavailable(ERROR, "down"));
  }

  @Test
  void find_userIsGone_keptAnswerServesNoMore() {
    find(known(OLD));
    pass(REFRESH);
    assertThat(find(new Answer.Nobody())).isEqualTo(new Finding.Nobody());
    pass(Duration.ofSeconds(2));
    assertThat(find(unanswered())).isInstanceOf(Finding.Unavailable.class);
  }

  @Test
  void find_validUntilPassed_isNeitherFreshNorKept() {
    find(new Answer.Known(OLD, Duration.ofSeconds(3)));
    pass(Duration.ofSeconds(3).minusNanos(1));
    assertThat(find(unanswered())).isEqualTo(found(OLD));
    pass(Duration.ofNanos(1));
    assertThat(find(unanswered())).isInstanceOf(Finding.Unavailable.class);
  }

  /// The server counted its seconds before the answer was here.
  @Test
  void find_answerWasSlow_countsFromTheAsking() {
    CompletableFuture<Finding> slow = find(ALICE);
    pass(Duration.ofSeconds(2));
    asked.remove().complete(new Answer.Known(OLD, Duration.ofSeconds(3)));
    assertThat(slow.join()).isEqualTo(found(OLD));
    pass(Duration.ofSeconds(1));
    assertThat(find(unanswered())).isInstanceOf(Finding.Unavailable.class);
  }

  @Test
  void find_misconfigured_isRefusedWhateverIsKept() {
    find(known(OLD));
    pass(REFRESH);
    assertThat(find(new Answer.Misconfigured("wrong")))
        .isInstanceOfSatisfying(
            Finding.Unavailable.class,
            refused -> {
              assertThat(refused.error().sqlState()).isEqualTo("F0000");
              assertThat(refused.reason()).isEqualTo("wrong");
            });
  }

  @Test
  void find_lookupFails_saysSoAndIsNotStuck() {
    CompletableFuture<Finding> finding = find(ALICE);
    asked.remove().completeExceptionally(new IllegalStateException("bug"));
    assertThat(finding).isCompletedExceptionally();
    assertThat(find(known(NEW))).isEqualTo(found(NEW));
  }

  /// A byte that is not UTF-8 would become another name on its way to the server.
  @Test
  void find_nameThatIsNotUtf8_isNobodyUnasked() {
    assertThat(find(new Claim("main", "postgres", "al\uDCFFice")).join())
        .isEqualTo(new Finding.Nobody());
    assertThat(claims).isEmpty();
  }

  @Test
  void refuted_secretReadAWhileAgo_isReadAgainOnce() {
    find(known(OLD));
    pass(Duration.ofSeconds(1));
    secrets.refuted(ALICE, OLD);
    assertThat(find(known(NEW))).isEqualTo(found(NEW));
    secrets.refuted(ALICE, NEW);
    assertThat(find(known(OLD))).as("read just now").isEqualTo(found(NEW));
  }

  @Test
  void refuted_anotherSecretThanTheRemembered_changesNothing() {
    find(known(NEW));
    pass(Duration.ofSeconds(1));
    secrets.refuted(ALICE, OLD);
    assertThat(find(known(OLD))).isEqualTo(found(NEW));
  }

  @Test
  void refuted_noServerAnswers_keptAnswerServes() {
    find(known(OLD));
    pass(Duration.ofSeconds(1));
    secrets.refuted(ALICE, OLD);
    assertThat(find(unanswered())).isEqualTo(found(OLD));
  }
}
