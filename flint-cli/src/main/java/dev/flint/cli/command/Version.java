package dev.flint.cli.command;

import picocli.CommandLine.IVersionProvider;

/** The version, from the manifest of Flint's own jar. */
final class Version implements IVersionProvider {
  static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"flint " + text()};
  }
}
