package io.trunkline.protocol.auth;

import static io.trunkline.protocol.auth.LoginFixture.PASSWORD;
import static io.trunkline.protocol.auth.LoginFixture.SALTING;
import static io.trunkline.protocol.auth.LoginFixture.say;
import static io.trunkline.protocol.auth.LoginFixture.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.protocol.Bytes;
import io.trunkline.protocol.ProtocolVersion;
import io.trunkline.protocol.SqlState;
import io.trunkline.protocol.message.Authentication.AuthenticationCleartextPassword;
import io.trunkline.protocol.message.Authentication.AuthenticationMD5Password;
import io.trunkline.protocol.message.Authentication.AuthenticationOk;
import io.trunkline.protocol.message.Authentication.AuthenticationSASL;
import io.trunkline.protocol.message.Authentication.AuthenticationSASLContinue;
import io.trunkline.protocol.message.Authentication.AuthenticationSASLFinal;
import io.trunkline.protocol.message.Authentication.AuthenticationUnsupported;
import io.trunkline.protocol.message.BackendMessage;
import io.trunkline.protocol.message.ErrorResponse;
import io.trunkline.protocol.message.FrontendMessage.SASLInitialResponse;
import io.trunkline.protocol.message.FrontendMessage.SASLResponse;
import io.trunkline.protocol.message.NoticeResponse;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every event in every state of [ServerLogin].
class ServerLoginStatesTest {

  /// A login brought into a state, with what a server would now say to go on.
  record Reached(ServerLogin login, String serverFirst, String serverFinal) {}

  enum At {
    FRESH,
    NEGOTIATED,
    PASSWORD_SENT,
    CLIENT_FIRST_SENT,
    COMPUTING,
    CLIENT_FINAL_SENT,
    CONFIRMED,
    ENDED;

    Reached reach() {
      return switch (this) {
        case FRESH -> fresh();
        case NEGOTIATED -> after(fresh(), negotiate());
        case PASSWORD_SENT -> after(fresh(), new AuthenticationCleartextPassword());
        case CLIENT_FIRST_SENT -> clientFirstSent();
        case COMPUTING -> salting(clientFirstSent());
        case CLIENT_FINAL_SENT -> clientFinalSent();
        case CONFIRMED -> {
          Reached at = clientFinalSent();
          yield after(at, new AuthenticationSASLFinal(at.serverFinal));
        }
        case ENDED -> after(fresh(), new AuthenticationOk());
      };
    }

    private static Reached fresh() {
      return new Reached(server(new Credential.Password(PASSWORD)), "r=x", "v=AAAA");
    }

    private static Reached after(Reached at, BackendMessage message) {
      say(at.login, message);
      return at;
    }

    private static Reached clientFirstSent() {
      ServerLogin login = server(new Credential.Password(PASSWORD));
      var sent = (ServerLoginStep.Send) say(login, sasl());
      ScramServer.Challenge challenge = challenge((SASLInitialResponse) sent.message());
      return new Reached(login, challenge.serverFirst(), "v=AAAA");
    }

    private static Reached salting(Reached at) {
      return after(at, new AuthenticationSASLContinue(at.serverFirst));
    }

    private static Reached clientFinalSent() {
      ServerLogin login = server(new Credential.Password(PASSWORD));
      var first = (ServerLoginStep.Send) say(login, sasl());
      ScramServer.Challenge challenge = challenge((SASLInitialResponse) first.message());
      say(login, new AuthenticationSASLContinue(challenge.serverFirst()));
      var last = (ServerLoginStep.Send) login.onComputed(SALTING.saltedPassword());
      ScramServer.Proof proof = challenge.proof(((SASLResponse) last.message()).data());
      String serverFinal = proof.serverFinal(ScramVerifier.of(SALTING).serverKey());
      return new Reached(login, challenge.serverFirst(), serverFinal);
    }

    private static ScramServer.Challenge challenge(SASLInitialResponse initial) {
      return ScramServer.challenge(
          ScramMechanism.SCRAM_SHA_256,
          null,
          initial.data(),
          new ScramServer.Question("server", SALTING.salt(), SALTING.iterations()));
    }
  }

  private enum Event {
    OK,
    CLEAR,
    MD5,
    SASL,
    CONTINUE,
    FINAL,
    GSS,
    ERROR,
    NOTICE,
    VERSION,
    COMPUTED,
    OTHER;

    ServerLoginStep happen(Reached at) {
      return switch (this) {
        case OK -> say(at.login, new AuthenticationOk());
        case CLEAR -> say(at.login, new AuthenticationCleartextPassword());
        case MD5 -> say(at.login, new AuthenticationMD5Password(Bytes.of(new byte[4])));
        case SASL -> say(at.login, sasl());
        case CONTINUE -> say(at.login, new AuthenticationSASLContinue(at.serverFirst));
        case FINAL -> say(at.login, new AuthenticationSASLFinal(at.serverFinal));
        case GSS -> say(at.login, new AuthenticationUnsupported(7));
        case ERROR -> say(at.login, ErrorResponse.fatal(SqlState.INVALID_PASSWORD, "no"));
        case NOTICE -> say(at.login, NoticeResponse.notice(SqlState.WARNING, "hm"));
        case VERSION -> say(at.login, negotiate());
        case COMPUTED -> at.login.onComputed(SALTING.saltedPassword());
        case OTHER -> say(at.login, new BackendMessage.ParameterStatus("a", "b"));
      };
    }
  }

  private static AuthenticationSASL sasl() {
    return new AuthenticationSASL(List.of("SCRAM-SHA-256"));
  }

  private static BackendMessage negotiate() {
    return new BackendMessage.NegotiateProtocolVersion(ProtocolVersion.V3_0, List.of());
  }

  private static String kind(Reached at, Event event) {
    try {
      return switch (event.happen(at)) {
        case ServerLoginStep.Send _ -> "send";
        case ServerLoginStep.Compute _ -> "comp";
        case ServerLoginStep.Wait _ -> "wait";
        case ServerLoginStep.Done _ -> "done";
        case ServerLoginStep.Failed failed -> {
          assertThat(failed.reason()).isNotEmpty();
          yield failed.error() == null ? "fail" : "err";
        }
      };
    } catch (IllegalStateException ourBug) {
      return "bug";
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # state           | OK   CLEAR MD5  SASL CONT FINAL GSS  ERR  NOTI VERS COMP OTHER
          FRESH             | done send  send send fail fail  fail err  wait wait bug  fail
          NEGOTIATED        | done send  send send fail fail  fail err  wait fail bug  fail
          PASSWORD_SENT     | done fail  fail fail fail fail  fail err  wait fail bug  fail
          CLIENT_FIRST_SENT | fail fail  fail fail comp fail  fail err  wait fail bug  fail
          COMPUTING         | fail fail  fail fail fail fail  fail err  wait fail send fail
          CLIENT_FINAL_SENT | fail fail  fail fail fail wait  fail err  wait fail bug  fail
          CONFIRMED         | done fail  fail fail fail fail  fail err  wait fail bug  fail
          ENDED             | fail fail  fail fail fail fail  fail fail fail fail fail fail
          """)
  void everyState_everyEvent_isAnswered(At at, String outcomes) {
    Map<Event, String> expected = new LinkedHashMap<>();
    Map<Event, String> seen = new LinkedHashMap<>();
    Iterator<String> columns = List.of(outcomes.trim().split(" +", -1)).iterator();
    for (Event event : Event.values()) {
      expected.put(event, columns.next());
      seen.put(event, kind(at.reach(), event));
    }
    assertThat(seen).isEqualTo(expected);
  }
}
