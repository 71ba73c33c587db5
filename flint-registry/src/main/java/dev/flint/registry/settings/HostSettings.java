package dev.flint.registry.settings;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What holds for one registry.
 *
 * @param plainHttp whether to use http without TLS; where empty, only for this machine
 * @param authRealm where this registry's token server may be
 * @param mirrors are asked first, in this order
 * @param chunkSize of uploads in pieces, in bytes, at least 1
 * @param limitRate the most this registry may take of the link
 */
public record HostSettings(
    Optional<Boolean> plainHttp,
    TlsSettings tls,
    Optional<AuthRealm> authRealm,
    List<Mirror> mirrors,
    UploadMode upload,
    OptionalLong chunkSize,
    Optional<Rate> limitRate) {
  /** Nobody said anything. */
  public static final HostSettings DEFAULT =
      new HostSettings(
          Optional.empty(),
          TlsSettings.DEFAULT,
          Optional.empty(),
          List.of(),
          UploadMode.AUTO,
          OptionalLong.empty(),
          Optional.empty());

  /** A copy with another way of TLS. */
  HostSettings tls(TlsSettings newTls) {
    return new HostSettings(plainHttp, newTls, authRealm, mirrors, upload, chunkSize, limitRate);
  }
}
