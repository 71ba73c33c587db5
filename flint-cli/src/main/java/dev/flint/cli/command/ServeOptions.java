package dev.flint.cli.command;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.server.ServerSettings;
import dev.flint.registry.server.ServerTls;
import dev.flint.registry.server.Upstream;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the registry of {@code flint registry serve} is to be like. */
final class ServeOptions {
  @Option(
      names = "--htpasswd",
      paramLabel = "FILE",
      description = "Want a login: an account of this file, which htpasswd -B makes.")
  @Nullable Path htpasswd;

  @Option(names = "--anonymous-pull", description = "With --htpasswd: reading needs no login.")
  boolean anonymousPull;

  @Option(
      names = "--cert",
      paramLabel = "FILE",
      description = "Certificate to show, a PEM file with its chain; with it, TLS is spoken.")
  @Nullable Path certificate;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "Private key of --cert, a PEM file, not encrypted.")
  @Nullable Path key;

  @Option(names = "--read-only", description = "Refuse whatever would change something.")
  boolean readOnly;

  @Option(
      names = "--min-chunk",
      paramLabel = "BYTES",
      defaultValue = "0",
      description = "Refuse uploads in smaller chunks than that. Default: 0, none.")
  long minChunk;

  @Option(
      names = "--upstream",
      paramLabel = "URL",
      description = "Be a cache of this registry, with the credentials that pulls use; no pushes.")
  @Nullable String upstream;

  @Option(
      names = "--upstream-ca",
      paramLabel = "FILE",
      description = "Trust the certificate authorities in this PEM file for --upstream too.")
  @Nullable Path upstreamCa;

  @Option(
      names = "--metrics",
      description = "Answer /metrics in Prometheus' format to whoever may read.")
  boolean metrics;

  /**
   * Reads the files that are named.
   *
   * @throws FlintException USAGE if options contradict each other, LOCAL_IO for a file that is not
   *     what it should be
   */
  ServerSettings settings(Context context) throws IOException {
    if ((certificate == null) != (key == null)) {
      throw usage("--cert and --key belong together");
    }
    if (anonymousPull && htpasswd == null) {
      throw usage("--anonymous-pull means nothing without --htpasswd");
    }
    if (minChunk < 0) {
      throw usage("--min-chunk is a number of bytes from 0 up");
    }
    return new ServerSettings(
        Optional.ofNullable(htpasswd),
        anonymousPull,
        certificate == null || key == null
            ? Optional.empty()
            : Optional.of(ServerTls.fromPem(certificate, key)),
        readOnly,
        minChunk,
        upstream == null ? Optional.empty() : Optional.of(upstream(upstream, context)),
        metrics);
  }

  private Upstream upstream(String text, Context context) throws IOException {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      throw new FlintException(ErrorCode.USAGE, "--upstream is not a URL", e);
    }
    boolean plain = "http".equals(url.getScheme());
    String path = Optional.ofNullable(url.getPath()).orElse("");
    if ((!plain && !"https".equals(url.getScheme()))
        || url.getHost() == null
        || url.getRawUserInfo() != null
        || url.getRawQuery() != null
        || !(path.isEmpty() || path.equals("/"))) {
      // Not quoted, as a password may stand there.
      throw usage("--upstream is not of the form http[s]://HOST[:PORT]");
    }
    String host = url.getHost();
    int port = url.getPort();
    if (port < 0 && !host.contains(".") && !host.equals("localhost")) {
      // Else it would look like the first piece of a repository's name.
      port = plain ? 80 : 443;
    }
    return new Upstream(
        context.registry(RegistryOptions.of(plain, Optional.ofNullable(upstreamCa))),
        port < 0 ? host : host + ":" + port);
  }

  private static FlintException usage(String message) {
    return new FlintException(ErrorCode.USAGE, message);
  }
}
