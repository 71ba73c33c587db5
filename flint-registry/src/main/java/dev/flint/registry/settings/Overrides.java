package dev.flint.registry.settings;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the command line says. It holds for the registries that are named there, and outweighs the
 * config file. Only the trust in authorities holds for every host.
 *
 * @param tls what is to be added to the TLS settings of a registry
 */
public record Overrides(
    Optional<Boolean> plainHttp,
    TlsSettings tls,
    Optional<AuthRealm> authRealm,
    List<Mirror> mirrors,
    Optional<Rate> limitRate,
    Optional<Duration> stallTimeout) {
  /** Nothing was said. */
  public static final Overrides NONE = plainHttp(Optional.empty());

  /** Only whether to use http without TLS. */
  public static Overrides plainHttp(Optional<Boolean> plainHttp) {
    return new Overrides(
        plainHttp,
        TlsSettings.DEFAULT,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  /** What remains of them for hosts that are not named. */
  Overrides forMirrors() {
    return new Overrides(
        Optional.empty(),
        TlsSettings.DEFAULT.trusting(tls.caFiles()),
        Optional.empty(),
        List.of(),
        limitRate,
        stallTimeout);
  }

  /** Puts them over the settings of a named registry, which trusts the authorities already. */
  HostSettings over(HostSettings host) {
    TlsSettings all = host.tls();
    all = tls.identity().isPresent() ? all.showing(tls.identity().get()) : all;
    all = tls.verify() ? all : all.unverified();
    all = tls.http2() ? all.overHttp2() : all;
    return new HostSettings(
        plainHttp.or(host::plainHttp),
        all,
        authRealm.or(host::authRealm),
        mirrors.isEmpty() ? host.mirrors() : mirrors,
        host.upload(),
        host.chunkSize(),
        host.limitRate());
  }

  LinkSettings over(LinkSettings link) {
    LinkSettings limited = limitRate.isPresent() ? link.limitRate(limitRate.get()) : link;
    return stallTimeout.isPresent() ? limited.stallTimeout(stallTimeout.get()) : limited;
  }
}
