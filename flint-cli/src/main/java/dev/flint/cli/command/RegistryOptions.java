package dev.flint.cli.command;

import dev.flint.cli.help.OptionSection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * How to reach a registry; the same for every command that does. As it was typed: what {@link
 * RegistryOverrides} makes of it are classes that runs without a registry need not load.
 */
@OptionSection("Registry options")
final class RegistryOptions {
  @Option(
      names = "--plain-http",
      negatable = true,
      description = "Use http without TLS. Default: only for localhost and loopback addresses.")
  @Nullable Boolean plainHttp;

  @Option(
      names = "--ca-file",
      paramLabel = "FILE",
      description = "Trust the certificate authorities in this PEM file too.")
  @Nullable Path caFile;

  @Option(
      names = "--cert",
      paramLabel = "FILE",
      description = "Certificate to show, a PEM file: to the registry; goes with --key.")
  @Nullable Path certificate;

  @Option(names = "--key", paramLabel = "FILE", description = "Private key of --cert, a PEM file.")
  @Nullable Path key;

  @Option(
      names = "--insecure-skip-verify",
      description = "Do not check the registry's certificate. For tests only.")
  boolean skipVerify;

  @Option(
      names = "--http2",
      description = "Offer HTTP/2 over TLS. Default: HTTP/1.1, which is faster.")
  boolean http2;

  @Option(
      names = "--mirror",
      paramLabel = "HOST[/PREFIX]",
      description = "Read from this mirror where it has the image. Repeatable.")
  List<String> mirrors = new ArrayList<>();

  @Option(
      names = "--limit-rate",
      paramLabel = "RATE",
      description = "Move at most so many bytes per second, such as 500K or 2M.")
  @Nullable String limitRate;

  @Option(
      names = "--stall-timeout",
      paramLabel = "SECONDS",
      description = "Give up a connection on which nothing moves for so long. Default: 60.")
  @Nullable String stallTimeout;

  @Option(
      names = "--auth-realm",
      paramLabel = "HOST",
      description = "The registry's token server is at this host, and may have the credentials.")
  @Nullable String authRealm;

  @Mixin CredentialOptions credentials = new CredentialOptions();

  /** As if these had been given: for a registry that is not named by a reference. */
  static RegistryOptions of(boolean plainHttp, Optional<Path> caFile) {
    RegistryOptions options = new RegistryOptions();
    options.plainHttp = plainHttp;
    options.caFile = caFile.orElse(null);
    return options;
  }

  CredentialOptions credentials() {
    return credentials;
  }
}
