package dev.flint.registry.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a {@link DockerRegistry} is to be like; deleting is allowed unless nothing may change. */
public final class DockerRegistrySettings {
  /** The one account, {@code user} with the password {@code p:w}; only bcrypt is taken. */
  private static final String ACCOUNT =
      "user:$2y$05$abcdefghijklmnopqrstuuM7E59t/pBLB8x4aZysvBLD.kgRitkEK\n";

  private final List<String> storage = new ArrayList<>();
  private final List<String> http = new ArrayList<>();
  private final List<String> sections = new ArrayList<>();

  /** Wants the account {@code user} with the password {@code p:w}. */
  public DockerRegistrySettings password(Path folder) throws IOException {
    Path file =
        Files.writeString(
            Files.createDirectories(folder).resolve("htpasswd"), ACCOUNT, StandardCharsets.UTF_8);
    sections.add("auth: {htpasswd: {realm: tests, path: \"" + file + "\"}}");
    return this;
  }

  /** Wants tokens of a server, signed by the holder of a certificate. */
  public DockerRegistrySettings tokens(TokenServer server, TestCertificate signer) {
    sections.add(
        "auth: {token: {realm: \""
            + server.realm()
            + "\", service: "
            + TokenServer.SERVICE
            + ", issuer: "
            + JwtMint.ISSUER
            + ", rootcertbundle: \""
            + signer.pem()
            + "\"}}");
    return this;
  }

  /** Speaks TLS, with HTTP/2. */
  public DockerRegistrySettings tls(TestCertificate certificate) {
    http.add(
        "  tls: {certificate: \""
            + certificate.certificate()
            + "\", key: \""
            + certificate.key()
            + "\"}");
    return this;
  }

  /** Answers with a Location that is a path. */
  public DockerRegistrySettings relativeUrls() {
    http.add("  relativeurls: true");
    return this;
  }

  /** Sends readers of blobs to another server, which serves {@link DockerRegistry#data}. */
  public DockerRegistrySettings redirect(String baseUrl) {
    sections.add(
        "middleware: {storage: [{name: redirect, options: {baseurl: \"" + baseUrl + "\"}}]}");
    return this;
  }

  /** Refuses whatever changes something. */
  public DockerRegistrySettings readOnly() {
    storage.add("  maintenance: {readonly: {enabled: true}}");
    return this;
  }

  /** Gets from another registry what it has not got; nothing can be pushed. */
  public DockerRegistrySettings cacheOf(String host) {
    sections.add("proxy: {remoteurl: \"http://" + host + "\"}");
    return this;
  }

  String yaml(Path data, String address) {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "version: 0.1",
                "log: {level: info}",
                "storage:",
                "  filesystem: {rootdirectory: \"" + data + "\"}",
                "  delete: {enabled: true}"));
    lines.addAll(storage);
    lines.addAll(List.of("http:", "  addr: \"" + address + "\"", "  secret: \"for tests\""));
    lines.addAll(http);
    lines.addAll(sections);
    return String.join("\n", lines) + "\n";
  }
}
