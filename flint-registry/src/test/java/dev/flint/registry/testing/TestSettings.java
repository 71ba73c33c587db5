package dev.flint.registry.testing;

import dev.flint.registry.settings.CertsDirectories;
import dev.flint.registry.settings.ConfigFile;
import dev.flint.registry.settings.Mirror;
import dev.flint.registry.settings.Overrides;
import dev.flint.registry.settings.RegistrySettings;
import dev.flint.registry.settings.TlsSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Settings as they come of a command line, without a config file. */
public final class TestSettings {
  private TestSettings() {}

  /**
   * With options about TLS.
   *
   * @param roots certs.d folders
   */
  public static RegistrySettings of(TlsSettings tls, Path... roots) {
    return new RegistrySettings(
        ConfigFile.EMPTY,
        new CertsDirectories(List.of(roots)),
        new Overrides(
            Optional.empty(),
            tls,
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty()));
  }

  /** With or without TLS. */
  public static RegistrySettings plainHttp(boolean plain) {
    return new RegistrySettings(
        ConfigFile.EMPTY, new CertsDirectories(List.of()), Overrides.plainHttp(Optional.of(plain)));
  }

  /** With mirrors. */
  public static RegistrySettings mirrors(String... mirrors) {
    return new RegistrySettings(
        ConfigFile.EMPTY,
        new CertsDirectories(List.of()),
        new Overrides(
            Optional.empty(),
            TlsSettings.DEFAULT,
            Optional.empty(),
            List.of(mirrors).stream().map(Mirror::parse).toList(),
            Optional.empty(),
            Optional.empty()));
  }
}
