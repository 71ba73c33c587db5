package dev.flint.cli.command;

import dev.flint.registry.settings.AuthRealm;
import dev.flint.registry.settings.ClientIdentity;
import dev.flint.registry.settings.LinkSettings;
import dev.flint.registry.settings.Mirror;
import dev.flint.registry.settings.Overrides;
import dev.flint.registry.settings.Rate;
import dev.flint.registry.settings.TlsSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How to reach a registry; the same for every command that does. */
final class RegistryOptions {
  @Option(
      names = "--plain-http",
      negatable = true,
      description = "Use http without TLS. Default: only for localhost and loopback addresses.")
  private @Nullable Boolean plainHttp;

  @Option(
      names = "--ca-file",
      paramLabel = "FILE",
      description = "Trust the certificate authorities in this PEM file too.")
  private @Nullable Path caFile;

  @ArgGroup(exclusive = false)
  private @Nullable Identity identity;

  /** Both or none. */
  static final class Identity {
    @Option(
        names = "--cert",
        required = true,
        paramLabel = "FILE",
        description = "Show the registry this certificate, a PEM file.")
    private Path certificate;

    @Option(
        names = "--key",
        required = true,
        paramLabel = "FILE",
        description = "The private key of --cert, a PEM file.")
    private Path key;
  }

  @Option(
      names = "--insecure-skip-verify",
      description = "Do not check the registry's certificate. For tests only.")
  private boolean skipVerify;

  @Option(names = "--http1-only", description = "Do not use HTTP/2.")
  private boolean http1Only;

  @Option(
      names = "--mirror",
      paramLabel = "HOST[/PREFIX]",
      converter = MirrorConverter.class,
      description = "Read from this mirror where it has the image; repeatable.")
  private List<Mirror> mirrors = new ArrayList<>();

  @Option(
      names = "--limit-rate",
      paramLabel = "RATE",
      converter = RateConverter.class,
      description = "Move at most so many bytes per second, such as 500K or 2M.")
  private @Nullable Rate limitRate;

  @Option(
      names = "--stall-timeout",
      paramLabel = "SECONDS",
      converter = SecondsConverter.class,
      description = "Give up a connection on which nothing moves for so long. Default: 60.")
  private @Nullable Duration stallTimeout;

  @Option(
      names = "--auth-realm",
      paramLabel = "HOST",
      converter = RealmConverter.class,
      description = "The registry's token server is at this host, and may have the credentials.")
  private @Nullable AuthRealm authRealm;

  Overrides overrides() {
    return new Overrides(
        Optional.ofNullable(plainHttp),
        new TlsSettings(
            caFile == null ? List.of() : List.of(caFile),
            identity == null
                ? Optional.empty()
                : Optional.of(new ClientIdentity(identity.certificate, identity.key)),
            !skipVerify,
            http1Only),
        Optional.ofNullable(authRealm),
        List.copyOf(mirrors),
        Optional.ofNullable(limitRate),
        Optional.ofNullable(stallTimeout));
  }

  // Here and not where the converters of all commands are, as most runs do without these.

  /** For picocli. */
  static final class MirrorConverter implements ITypeConverter<Mirror> {
    @Override
    public Mirror convert(String text) {
      return parsed(text, Mirror::parse);
    }
  }

  /** For picocli. */
  static final class RateConverter implements ITypeConverter<Rate> {
    @Override
    public Rate convert(String text) {
      return parsed(text, Rate::parse);
    }
  }

  /** For picocli. */
  static final class RealmConverter implements ITypeConverter<AuthRealm> {
    @Override
    public AuthRealm convert(String text) {
      return parsed(text, AuthRealm::parse);
    }
  }

  /** For picocli. */
  static final class SecondsConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return parsed(text, LinkSettings::seconds);
    }
  }

  /** In the words of a parser; picocli would replace them by the class name. */
  private static <T> T parsed(String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
