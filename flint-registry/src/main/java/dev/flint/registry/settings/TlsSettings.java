package dev.flint.registry.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How TLS is spoken with a host.
 *
 * @param caFiles PEM files of authorities that are trusted beside the JDK's
 * @param verify whether the certificate of the host is checked at all
 * @param http2 whether HTTP/2 is offered; one connection for all is slower here than a few of 1.1
 */
public record TlsSettings(
    List<Path> caFiles, Optional<ClientIdentity> identity, boolean verify, boolean http2) {
  /** As the JDK has it. */
  public static final TlsSettings DEFAULT =
      new TlsSettings(List.of(), Optional.empty(), true, false);

  /** A copy that trusts more. */
  public TlsSettings trusting(List<Path> more) {
    List<Path> all = new ArrayList<>(caFiles);
    all.addAll(more);
    return new TlsSettings(List.copyOf(all), identity, verify, http2);
  }

  /** A copy that shows this certificate. */
  public TlsSettings showing(ClientIdentity newIdentity) {
    return new TlsSettings(caFiles, Optional.of(newIdentity), verify, http2);
  }

  /** A copy that believes everybody. */
  public TlsSettings unverified() {
    return new TlsSettings(caFiles, identity, false, http2);
  }

  /** A copy without HTTP/2. */
  public TlsSettings overHttp1() {
    return new TlsSettings(caFiles, identity, verify, false);
  }

  /** A copy that offers HTTP/2. */
  public TlsSettings overHttp2() {
    return new TlsSettings(caFiles, identity, verify, true);
  }

  /** Written out, as this is a key of a map: what the compiler makes takes 60 ms to load. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TlsSettings that
        && caFiles.equals(that.caFiles)
        && identity.equals(that.identity)
        && verify == that.verify
        && http2 == that.http2;
  }

  @Override
  public int hashCode() {
    return 31 * (31 * caFiles.hashCode() + identity.hashCode())
        + 2 * Boolean.hashCode(verify)
        + Boolean.hashCode(http2);
  }
}
