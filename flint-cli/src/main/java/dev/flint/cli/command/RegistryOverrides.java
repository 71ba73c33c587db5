package dev.flint.cli.command;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.settings.AuthRealm;
import dev.flint.registry.settings.ClientIdentity;
import dev.flint.registry.settings.LinkSettings;
import dev.flint.registry.settings.Mirror;
import dev.flint.registry.settings.Overrides;
import dev.flint.registry.settings.Rate;
import dev.flint.registry.settings.TlsSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Understands the options about a registry. */
final class RegistryOverrides {
  private RegistryOverrides() {}

  /**
   * What the options say.
   *
   * @throws FlintException USAGE naming the option that cannot be understood
   */
  static Overrides of(RegistryOptions options) throws FlintException {
    List<Mirror> mirrors = new ArrayList<>();
    for (String mirror : options.mirrors) {
      mirrors.add(parsed("--mirror", mirror, Mirror::parse));
    }
    return new Overrides(
        Optional.ofNullable(options.plainHttp),
        new TlsSettings(
            options.caFile == null ? List.of() : List.of(options.caFile),
            identity(options.certificate, options.key),
            !options.skipVerify,
            options.http2),
        optional("--auth-realm", options.authRealm, AuthRealm::parse),
        List.copyOf(mirrors),
        optional("--limit-rate", options.limitRate, Rate::parse),
        optional("--stall-timeout", options.stallTimeout, LinkSettings::seconds));
  }

  private static Optional<ClientIdentity> identity(@Nullable Path certificate, @Nullable Path key)
      throws FlintException {
    if (certificate != null && key != null) {
      return Optional.of(new ClientIdentity(certificate, key));
    }
    if (certificate != null || key != null) {
      throw new FlintException(ErrorCode.USAGE, "--cert and --key go together");
    }
    return Optional.empty();
  }

  private static <T> Optional<T> optional(
      String option, @Nullable String text, Function<String, T> parser) throws FlintException {
    return text == null ? Optional.empty() : Optional.of(parsed(option, text, parser));
  }

  private static <T> T parsed(String option, String text, Function<String, T> parser)
      throws FlintException {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw new FlintException(ErrorCode.USAGE, option + ": " + e.getMessage(), e);
    }
  }
}
