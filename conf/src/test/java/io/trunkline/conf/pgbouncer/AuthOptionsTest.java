package io.trunkline.conf.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.conf.ProxyConfig;
import io.trunkline.conf.hba.HbaMethod;
import io.trunkline.conf.hba.HbaRule;
import io.trunkline.conf.hba.PamOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What `auth_type` and the options beside it come to.
class AuthOptionsTest {

  private static List<HbaRule> rules(ProxyConfig config) {
    return Objects.requireNonNull(config.access()).rules();
  }

  @Test
  void hba_withFiles_isRead() {
    ProxyConfig config =
        IniTexts.options(
                """
                auth_type = hba
                auth_hba_file = /hba
                auth_ident_file = /ident
                """)
            .file("/hba", "local all all peer map=m\nhost all @/names 10.0.0.0/8 md5\n")
            .file("/ident", "m root postgres\n")
            .file("/names", "app root\n")
            .config();
    assertThat(config.auth().hbaFile()).isEqualTo(Path.of("/hba"));
    assertThat(rules(config))
        .extracting(HbaRule::method)
        .containsExactly(HbaMethod.PEER, HbaMethod.MD5);
  }

  @Test
  void hba_mistakesOfItsFiles_areTold() {
    assertThat(
            IniTexts.options("auth_type = hba\nauth_hba_file = /hba\n")
                .file("/hba", "\nhost all all all gss\n")
                .mistakes())
        .singleElement()
        .asString()
        .startsWith("/hba:2: found method gss, which is not spoken here");
    assertThat(IniTexts.options("auth_type = hba\n").mistakes())
        .singleElement()
        .asString()
        .contains("hba without auth_hba_file");
  }

  /// PgBouncer's service has its name.
  @Test
  void pam_becomesLines() {
    assertThat(rules(IniTexts.options("auth_type = pam\n").config()))
        .hasSize(2)
        .allSatisfy(rule ->
            assertThat(rule.options().pam())
                .isEqualTo(new PamOptions("pgbouncer", PamOptions.Host.ADDRESS)));
  }

  @Test
  void ldap_options_becomeLines() {
    ProxyConfig config =
        IniTexts.options(
                """
                auth_type = ldap
                auth_ldap_options = ldapurl="ldap://dir/dc=x?uid?sub" ldapbinddn=y ldapbindpasswd=z
                """)
            .config();
    assertThat(rules(config))
        .hasSize(2)
        .allSatisfy(rule -> {
          assertThat(rule.method()).isEqualTo(HbaMethod.LDAP);
          assertThat(Objects.requireNonNull(rule.options().ldap()).servers())
              .extracting(Object::toString)
              .containsExactly("dir:389");
        });
    assertThat(config.toString()).doesNotContain("ldapbindpasswd=z");
  }

  @Test
  void ldap_withoutOptions_isAMistake() {
    assertThat(IniTexts.options("auth_type = ldap\n").mistakes())
        .isNotEmpty()
        .allMatch(text -> text.contains("ldap"));
  }

  @Test
  void options_ofAnotherType_areNeedless() {
    String lines =
        """
        auth_type = md5
        auth_hba_file = /x
        auth_ident_file = /y
        auth_ldap_options = z
        """;
    assertThat(IniTexts.options(lines).notes())
        .filteredOn(note -> note.contains("auth_"))
        .hasSize(3)
        .allMatch(note -> note.contains("means nothing here"));
  }
}
