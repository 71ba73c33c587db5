package dev.flint.registry.settings;

import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The keys of the config file and what their values may be. */
final class ConfigReader {
  private final ConfigYaml yaml;
  private final Path file;
  private LinkSettings link = LinkSettings.DEFAULT;
  private final Map<String, HostSettings> hosts = new HashMap<>();

  ConfigReader(ConfigYaml yaml, Path file) {
    this.yaml = yaml;
    this.file = file;
  }

  ConfigFile read() throws IOException {
    yaml.map("the file", this::top);
    return new ConfigFile(link, Map.copyOf(hosts));
  }

  private void top(String key) throws IOException {
    switch (key) {
      case "limit-rate" -> link = link.limitRate(yaml.text(key, Rate::parse));
      case "min-rate" -> link = link.minRate(yaml.text(key, Rate::parse));
      case "stall-timeout" -> link = link.stallTimeout(yaml.text(key, LinkSettings::seconds));
      case "registries" -> yaml.map(key, this::host);
      default -> throw unknown(key, "limit-rate, min-rate, stall-timeout, registries");
    }
  }

  private void host(String name) throws IOException {
    if (!AuthRealm.isHost(name)) {
      throw yaml.wrong("\"" + name + "\" is not a registry, HOST[:PORT]");
    }
    Host host = new Host();
    yaml.map(name, host::read);
    if (hosts.put(RegistrySettings.key(name.toLowerCase(Locale.ROOT)), host.settings()) != null) {
      throw yaml.wrong(name + " is given twice");
    }
  }

  /** One registry, while it is read. */
  private final class Host {
    private @Nullable Boolean plainHttp;
    private TlsSettings tls = TlsSettings.DEFAULT;
    private @Nullable Path certificate;
    private @Nullable Path key;
    private @Nullable AuthRealm authRealm;
    private List<Mirror> mirrors = List.of();
    private UploadMode upload = UploadMode.AUTO;
    private OptionalLong chunkSize = OptionalLong.empty();
    private @Nullable Rate limitRate;

    private void read(String name) throws IOException {
      switch (name) {
        case "plain-http" -> plainHttp = yaml.flag(name);
        case "ca-file" -> tls = tls.trusting(List.of(path(name)));
        case "cert" -> certificate = path(name);
        case "key" -> key = path(name);
        case "insecure-skip-verify" -> tls = yaml.flag(name) ? tls.unverified() : tls;
        case "http2" -> tls = yaml.flag(name) ? tls.overHttp2() : tls.overHttp1();
        case "auth-realm" -> authRealm = yaml.text(name, AuthRealm::parse);
        case "mirrors" -> mirrors = yaml.texts(name, Mirror::parse);
        case "upload" -> upload = yaml.text(name, ConfigReader::upload);
        case "chunk-size" -> chunkSize = yaml.text(name, ConfigReader::chunkSize);
        case "limit-rate" -> limitRate = yaml.text(name, Rate::parse);
        default ->
            throw unknown(
                name,
                "plain-http, ca-file, cert, key, insecure-skip-verify, http2, auth-realm,"
                    + " mirrors, upload, chunk-size, limit-rate");
      }
    }

    private HostSettings settings() throws FlintException {
      if ((certificate == null) != (key == null)) {
        throw yaml.wrong("cert and key go together");
      }
      TlsSettings all =
          certificate == null || key == null
              ? tls
              : tls.showing(new ClientIdentity(certificate, key));
      return new HostSettings(
          Optional.ofNullable(plainHttp),
          all,
          Optional.ofNullable(authRealm),
          mirrors,
          upload,
          chunkSize,
          Optional.ofNullable(limitRate));
    }
  }

  private FlintException unknown(String key, String known) {
    return yaml.wrong("unknown key " + key + "; known are " + known);
  }

  /** Relative to the folder of the config file. */
  private Path path(String key) throws IOException {
    return yaml.text(key, text -> file.resolveSibling(text));
  }

  private static OptionalLong chunkSize(String text) {
    long bytes = Rate.parse(text).bytesPerSecond();
    if (bytes == 0) {
      throw new IllegalArgumentException("no bytes at all");
    }
    return OptionalLong.of(bytes);
  }

  private static UploadMode upload(String text) {
    return switch (text) {
      case "auto" -> UploadMode.AUTO;
      case "monolithic" -> UploadMode.MONOLITHIC;
      case "chunked" -> UploadMode.CHUNKED;
      default -> throw new IllegalArgumentException("neither auto, monolithic nor chunked");
    };
  }
}
