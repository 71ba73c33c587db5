package dev.flint.registry.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How TLS is spoken with a host.
 *
 * @param caFiles PEM files of authorities that are trusted beside the JDK's
 * @param verify whether the certificate of the host is checked at all
 * @param http1Only whether HTTP/2 is not offered
 */
public record TlsSettings(
    List<Path> caFiles, Optional<ClientIdentity> identity, boolean verify, boolean http1Only) {
  /** As the JDK has it. */
  public static final TlsSettings DEFAULT =
      new TlsSettings(List.of(), Optional.empty(), true, false);

  /** A copy that trusts more. */
  public TlsSettings trusting(List<Path> more) {
    List<Path> all = new ArrayList<>(caFiles);
    all.addAll(more);
    return new TlsSettings(List.copyOf(all), identity, verify, http1Only);
  }

  /** A copy that shows this certificate. */
  public TlsSettings showing(ClientIdentity newIdentity) {
    return new TlsSettings(caFiles, Optional.of(newIdentity), verify, http1Only);
  }

  /** A copy that believes everybody. */
  public TlsSettings unverified() {
    return new TlsSettings(caFiles, identity, false, http1Only);
  }

  /** A copy without HTTP/2. */
  public TlsSettings overHttp1() {
    return new TlsSettings(caFiles, identity, verify, true);
  }
}
