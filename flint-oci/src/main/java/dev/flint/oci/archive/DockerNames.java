package dev.flint.oci.archive;

/** Docker writes one name in several ways. */
final class DockerNames {
  private static final String HUB = "docker.io/";
  private static final String OFFICIAL = "library/";

  private DockerNames() {}

  /** As {@code docker images} shows it: without the host and the folder that are implied. */
  static String familiar(String name) {
    String path = name.startsWith("index." + HUB) ? name.substring("index.".length()) : name;
    if (!path.startsWith(HUB)) {
      return path;
    }
    String rest = path.substring(HUB.length());
    return rest.startsWith(OFFICIAL) && rest.indexOf('/', OFFICIAL.length()) < 0
        ? rest.substring(OFFICIAL.length())
        : rest;
  }
}
