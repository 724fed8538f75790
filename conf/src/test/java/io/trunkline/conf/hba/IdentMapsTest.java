package io.trunkline.conf.hba;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who outside may be whom: PostgreSQL docs, "User Name Maps".
class IdentMapsTest {
  private static final String MAPS =
      """
      # MAPNAME  SYSTEM-USERNAME        PG-USERNAME
      plain      root                   postgres
      plain      "o p"                  "all"
      free       root                   all
      mail       /^(.*)@example\\.com$  \\1
      mail       /^(.*)@guest\\.com$    guest
      mail       /^(.*)@both\\.com$     "x\\1y\\1"
      group      /.                     +staff
      like       root                   /^app_
      include    more
      """;

  private static final Files FILES =
      Files.hba("local all all peer map=plain\n")
          .ident(MAPS.replace("include    more", "include more.conf"))
          .file("/etc/more.conf", "more a b\n")
          .member("alice", "staff");

  @ParameterizedTest
  @CsvSource({
    "plain, root, postgres, true",
    "plain, root, root, false",
    "plain, ROOT, postgres, false",
    "plain, o p, all, true",
    "plain, o p, anybody, false",
    "free, root, anybody, true",
    "free, toor, anybody, false",
    "mail, eve@example.com, eve, true",
    "mail, eve@example.com, adam, false",
    "mail, eve@example.org, eve, false",
    "mail, eve@guest.com, guest, true",
    "mail, a@both.com, 'xay\\1', true",
    "group, anybody, alice, true",
    "group, anybody, bob, false",
    "like, root, app_1, true",
    "like, root, an_app_1, false",
    "more, a, b, true",
    "nowhere, a, a, false",
    ", a, a, true",
    ", a, A, false"
  })
  void allows_everyKindOfLine_decides(String map, String name, String user, boolean allowed)
      throws Exception {
    assertThat(FILES.rules().maps().allows(map, name, user, FILES)).isEqualTo(allowed);
  }

  @Test
  void asksForGroups_mapWithGroup_does() {
    assertThat(FILES.rules().asksForGroups()).isTrue();
  }
}
