package dev.flint.registry.settings;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What holds for which host: the config file, over it the command line, and certificates where
 * other tools keep them too. Immutable.
 */
public final class RegistrySettings {
  /** Nobody said anything, and nothing is looked for. */
  public static final RegistrySettings NONE =
      new RegistrySettings(ConfigFile.EMPTY, new CertsDirectories(List.of()), Overrides.NONE);

  private static final String HUB = "docker.io";

  private final ConfigFile file;
  private final CertsDirectories certificates;
  private final Overrides overrides;

  /** Puts them together. */
  public RegistrySettings(ConfigFile file, CertsDirectories certificates, Overrides overrides) {
    this.file = file;
    this.certificates = certificates;
    this.overrides = overrides;
  }

  /** For a registry that the user named on the command line. */
  public HostSettings named(String host) throws IOException {
    return overrides.over(other(host));
  }

  /** For any other host: a mirror, or one that a registry sends us to. */
  public HostSettings other(String host) throws IOException {
    String key = key(host);
    HostSettings settings = file.hosts().getOrDefault(key, HostSettings.DEFAULT);
    return settings.tls(
        certificates.addTo(settings.tls(), key).trusting(overrides.tls().caFiles()));
  }

  /** The token server that a registry, named on the command line, may have elsewhere. */
  public Optional<String> tokenServer(String host) {
    HostSettings own = file.hosts().getOrDefault(key(host), HostSettings.DEFAULT);
    return overrides.over(own).authRealm().map(AuthRealm::host);
  }

  /** For the link as a whole. */
  public LinkSettings link() {
    return overrides.over(file.link());
  }

  /** The same without what was said of the registries on the command line, for their mirrors. */
  public RegistrySettings forMirrors() {
    return new RegistrySettings(file, certificates, overrides.forMirrors());
  }

  /** Docker Hub goes by three names. */
  static String key(String host) {
    return host.equals("index.docker.io") || host.equals("registry-1.docker.io") ? HUB : host;
  }
}
