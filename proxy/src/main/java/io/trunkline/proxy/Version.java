package io.trunkline.proxy;

import picocli.CommandLine.IVersionProvider;

/// The version this was built as, from the jar's manifest.
public final class Version implements IVersionProvider {

  public static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"trunkline " + text()};
  }
}
