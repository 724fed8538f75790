package io.trunkline.conf.hba;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is wrong with a file is said where it is, all of it, and without its secrets.
class AccessMistakesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "hosts all all all trust | connection type \"hosts\"",
        "local,host all all trust | several values for a connection type",
        "host | a line that ends before databases",
        "host all | a line that ends before users",
        "host all all | a line that ends before an address",
        "host all all 10.0.0.1 | a line that ends before a mask",
        "host all all 10.0.0.1 trust | mask \"trust\"",
        "host all all 10.0.0.1/8 | a line that ends before a method",
        "host all all 10.0.0.1/33 trust | address \"10.0.0.1/33\"",
        "host all all ::1/129 trust | address \"::1/129\"",
        "host all all 10.0.0.1/x trust | address \"10.0.0.1/x\"",
        "host all all db/8 trust | address \"db/8\"",
        "host all all 1.2.3.400/8 trust | address \"1.2.3.400/8\"",
        "host all all 10.0.0.0 ffff:: trust | mask \"ffff::\"",
        "host all /( all trust | \"/(\", which is no regular expression",
        "host /[ all all trust | \"/[\", which is no regular expression",
        "host all all all gss | method gss, which is not spoken here",
        "host all all all sspi | method sspi, which is not spoken here",
        "host all all all pam pamservice=../x | pamservice=\"../x\"",
        "host all all all pam pam_use_hostname=yes | pam_use_hostname=\"yes\"",
        "host all all all md5 pamservice=x | option pamservice on a line of type host",
        "host all all all radius | method radius, which is not spoken here",
        "host all all all bsd | method bsd, which is not spoken here",
        "host all all all ident | method ident, which is not spoken here",
        "host all all all md6 | method \"md6\"",
        "host all all all md5,trust | several values for a method",
        "host all all all peer | method peer on a line for TCP",
        "host all all all cert | method cert without TLS",
        "hostssl all all all cert clientcert=verify-ca | clientcert=\"verify-ca\"",
        "hostssl all all all md5 clientcert=1 | clientcert=\"1\"",
        "host all all all md5 clientcert=verify-ca | option clientcert on a line of type host",
        "hostssl all all all cert clientname=X | clientname=\"X\"",
        "host all all all md5 map=x | option map on a line of type host with method md5",
        "host all all all md5 ldapserver=x | option ldapserver on a line",
        "host all all all md5 x | an option without = and a value",
        "host all all all md5 frobnicate=1 | option \"frobnicate\"",
        "host all all all ldap ldapserver=x | ldap without a way from a user",
        "host all all all ldap ldapprefix=cn= | ldap without ldapserver",
        "host all all all ldap ldapserver=x ldapprefix=a ldapbasedn=b | ldapbasedn beside",
        "host all all all ldap ldapserver=x ldapbasedn=b ldaptls=2 | ldaptls=\"2\"",
        "host all all all ldap ldapserver=x ldapport=0 ldapbasedn=b | LDAP server \"x\"",
        "host all all all ldap ldapurl=http://x/ | ldapurl without ldap://",
        "host all all all ldap ldapurl=ldap://x/b?a?tree | scope \"tree\"",
        "host all all all oauth issuer=https://x | oauth without issuer and scope",
        "host all all all oauth issuer=x scope=y | issuer=\"x\"",
        "host all all \"x | a quote that is never closed",
        "local all all peer map=nobody | map=\"nobody\""
      })
  void read_badLine_isToldWhereItIs(String line, String found) {
    assertThat(Files.hba("# first\n" + line + "\n").mistakes())
        .singleElement()
        .asString()
        .startsWith("/etc/pg_hba.conf:2: found " + found)
        .contains(", allowed ");
  }

  @Test
  void read_manyMistakes_areAllTold() {
    assertThat(
            Files.hba("hosts\nhost all all all nonsense\ninclude sub.conf\nlocal all all trust\n")
                .file("/etc/sub.conf", "\n\nhost\n")
                .ident("map one\nmap /( u\nmap /x \\1\n")
                .mistakes())
        .hasSize(6)
        .anyMatch(text -> text.startsWith("/etc/sub.conf:3:"))
        .anyMatch(text -> text.startsWith("/etc/pg_ident.conf:1: found 2 fields"))
        .anyMatch(text -> text.startsWith("/etc/pg_ident.conf:2:"))
        .anyMatch(text -> text.startsWith("/etc/pg_ident.conf:3:"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n"})
  void read_noLine_isRefused(String text) {
    assertThat(Files.hba(text).mistakes()).singleElement().asString().contains("lets anybody in");
  }

  @Test
  void read_noFile_isToldWhereItIsNamed() {
    String hba = "/etc/pg_hba.conf:";
    assertThat(Files.hba("include nowhere\ninclude_dir nowhere\nhost @x all all trust").mistakes())
        .satisfiesExactly(
            file -> assertThat(file).startsWith(hba + "1: found /etc/nowhere: no such file"),
            directory -> assertThat(directory).startsWith(hba + "2: found /etc/nowhere: no dir"),
            names -> assertThat(names).startsWith(hba + "3: found /etc/x: no such file"));
  }

  /// Files that name themselves many times over end all the same.
  @ParameterizedTest
  @ValueSource(strings = {"include pg_hba.conf\n", "host @pg_hba.conf @pg_hba.conf all trust\n"})
  void read_circle_ends(String line) {
    assertThat(Files.hba(line.repeat(50)).mistakes()).isNotEmpty().hasSizeLessThanOrEqualTo(100);
  }

  @Test
  void mistakes_neverHaveTheBindPassword() {
    assertThat(
            Files.hba("host all all all ldap ldapbindpasswd=hunter2 ldapserver=x")
                .mistakes()
                .toString())
        .doesNotContain("hunter2");
  }
}
