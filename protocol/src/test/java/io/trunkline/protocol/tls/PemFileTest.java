package io.trunkline.protocol.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PemFileTest {
  @TempDir Path directory;

  @Test
  void certificates_twoWithTextAround_areBothRead() throws Exception {
    Path file = directory.resolve("two.crt");
    Files.writeString(
        file,
        "# the first\r\n"
            + Files.readString(Fixture.path("ec.crt")).replace("\n", "\r\n")
            + "\n\nand the second\n"
            + Files.readString(Fixture.path("rsa.crt")));
    assertThat(PemFile.read(file).certificates())
        .extracting(certificate -> certificate.getSubjectX500Principal().getName())
        .containsExactly("CN=ec", "CN=rsa");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | no certificate in it",
        "hello | no certificate in it",
        "-----BEGIN CERTIFICATE----- | CERTIFICATE without its END line",
        "-----BEGIN CERTIFICATE-----\\n%%\\n-----END CERTIFICATE----- | CERTIFICATE is not base64",
        "-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE----- | malformed certificate",
      })
  void certificates_badFile_isNamedWithItsFault(String content, String fault) throws Exception {
    Path file = Files.writeString(directory.resolve("bad.crt"), content.replace("\\n", "\n"));
    assertThatThrownBy(() -> PemFile.read(file).certificates())
        .isInstanceOf(BadFile.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(fault);
  }

  @Test
  void revocationLists_malformed_isABadFile() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("bad.crl"), "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----");
    assertThatThrownBy(() -> PemFile.read(file).revocationLists())
        .isInstanceOf(BadFile.class)
        .hasMessageContaining("malformed revocation list");
    assertThatThrownBy(() -> PemFile.read(Fixture.path("ec.crt")).revocationLists())
        .hasMessageContaining("no X509 CRL in it");
  }

  @Test
  void read_noSuchFile_saysSo() {
    assertThatThrownBy(() -> PemFile.read(directory.resolve("absent")))
        .isInstanceOf(BadFile.class)
        .hasMessageEndingWith("absent: no such file");
  }

  @Test
  void read_directory_saysSo() {
    assertThatThrownBy(() -> PemFile.read(directory)).hasMessageEndingWith("not a regular file");
  }

  @Test
  void read_hugeFile_isNotReadToItsEnd() throws Exception {
    Path file = directory.resolve("huge");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(PemFile.BYTES_MAX + 1L);
    }
    assertThatThrownBy(() -> PemFile.read(file)).hasMessageEndingWith("larger than 16 MiB");
  }
}
