/// Fetches Maven on a machine that has nothing but a JDK: downloads the archive named in a
/// properties file, checks its digest, unpacks it and prints the path of `mvn`.
///
/// Run as `java FetchMaven.java PROPERTIES DIRECTORY`; `https.proxyHost` and the like apply.
void main(String[] arguments) throws Exception {
  Properties wanted = new Properties();
  try (InputStream in = Files.newInputStream(Path.of(arguments[0]))) {
    wanted.load(in);
  }
  Path directory = Files.createDirectories(Path.of(arguments[1]));
  System.setProperty("java.net.useSystemProxies", "true");
  byte[] archive = download(wanted.getProperty("url"));
  check(archive, wanted.getProperty("sha512"));
  Path fresh = Files.createTempDirectory(directory, "unpacking-");
  Path mvn = unpack(archive, fresh);
  Path home = directory.resolve("apache-maven-" + wanted.getProperty("version"));
  Files.move(mvn.getParent().getParent(), home);
  Files.delete(fresh);
  IO.println(home.resolve("bin/mvn"));
}

byte[] download(String url) throws Exception {
  URLConnection connection = URI.create(url).toURL().openConnection();
  connection.setConnectTimeout(30_000);
  connection.setReadTimeout(60_000);
  try (InputStream in = connection.getInputStream()) {
    return in.readAllBytes();
  } catch (IOException e) {
    throw fatal("cannot fetch " + url + ": " + e);
  }
}

void check(byte[] archive, String sha512) throws Exception {
  byte[] digest = java.security.MessageDigest.getInstance("SHA-512").digest(archive);
  if (!HexFormat.of().formatHex(digest).equals(sha512)) {
    throw fatal("what was fetched is not the expected archive: its digest differs");
  }
}

/// The digest has shown that the archive is Maven's own, so that its paths can be trusted.
Path unpack(byte[] archive, Path directory) throws IOException {
  Path mvn = directory;
  try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      Path path = directory.resolve(entry.getName());
      if (entry.isDirectory()) {
        Files.createDirectories(path);
        continue;
      }
      Files.createDirectories(path.getParent());
      Files.copy(zip, path);
      if (path.endsWith("bin/mvn")) {
        path.toFile().setExecutable(true);
        mvn = path;
      }
    }
  }
  return mvn;
}

/// Says why on one line and leaves no stack trace to a person who only wants to start.
RuntimeException fatal(String why) {
  System.err.println("trunkline: " + why);
  System.exit(1);
  return new IllegalStateException(why);
}
