package dev.flint.agent.kube.api;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.pem.Pem;
import dev.flint.oci.yaml.YamlReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A kubeconfig file (client-go, api/v1 Config): what its current context says. Files that it names
 * are relative to its own folder. Commands and plug-ins that it would have run are refused.
 */
public final class Kubeconfig {
  private final Path file;
  private final JsonObject document;

  private Kubeconfig(Path file, JsonObject document) {
    this.file = file;
    this.document = document;
  }

  /**
   * Reads a file.
   *
   * @throws FlintException LOCAL_IO, USAGE or UNSUPPORTED, naming the file and what of it cannot be
   *     used; never with a secret
   */
  public static ApiAccess read(Path file) throws IOException {
    Kubeconfig config = of(file);
    String user = config.context().string("user").orElse("");
    return config
        .place()
        .as(
            user.isEmpty()
                ? new Credential.Nobody()
                : config.credential(config.named("users", "user", user)));
  }

  /**
   * Reads only where its server is, as nobody: its certificate may be gone.
   *
   * @throws FlintException as above
   */
  public static ApiAccess place(Path file) throws IOException {
    return of(file).place();
  }

  private static Kubeconfig of(Path file) throws IOException {
    List<JsonObject> documents = YamlReader.read(Files.readAllBytes(file), file.toString());
    if (documents.size() != 1) {
      throw new FlintException(ErrorCode.USAGE, file + " is no kubeconfig");
    }
    return new Kubeconfig(file, documents.get(0));
  }

  private JsonObject context() throws FlintException {
    return named("contexts", "context", document.string("current-context").orElse(""));
  }

  private ApiAccess place() throws IOException {
    JsonObject cluster = named("clusters", "cluster", context().string("cluster").orElse(""));
    refuse(cluster, "proxy-url", "the agent goes straight to its server");
    return new ApiAccess(
        server(cluster.string("server").orElse("")),
        pem(cluster, "certificate-authority"),
        !cluster.flag("insecure-skip-tls-verify"),
        cluster.string("tls-server-name").orElse(""),
        new Credential.Nobody());
  }

  private URI server(String text) throws FlintException {
    try {
      URI server = URI.create(text);
      if (server.getHost() != null) {
        return server;
      }
    } catch (IllegalArgumentException e) {
      // As below.
    }
    throw new FlintException(ErrorCode.USAGE, file + ": \"" + text + "\" is no server's URL");
  }

  private JsonObject named(String list, String member, String name) throws FlintException {
    for (JsonObject one : document.objects(list)) {
      if (one.string("name").orElse("").equals(name)) {
        return one.object(member).orElse(JsonObject.empty());
      }
    }
    throw new FlintException(
        ErrorCode.USAGE, file + ": there is no \"" + name + "\" among its " + list);
  }

  private Credential credential(JsonObject user) throws IOException {
    refuse(user, "exec", "it would run a program; use a certificate or a token");
    refuse(user, "auth-provider", "use a certificate or a token");
    refuse(user, "username", "no server takes passwords any more");
    Optional<Pem> chain = pem(user, "client-certificate");
    Optional<Pem> key = pem(user, "client-key");
    if (chain.isPresent() && key.isPresent()) {
      if (isFile(user, "client-certificate") && isFile(user, "client-key")) {
        return new Credential.CertificateFiles(
            Path.of(chain.get().name()), Path.of(key.get().name()));
      }
      return new Credential.Certificate(chain.get(), key.get());
    }
    if (chain.isPresent() || key.isPresent()) {
      throw new FlintException(ErrorCode.USAGE, file + ": certificate and key come together");
    }
    // As with kubectl, a file has precedence.
    String tokenFile = user.string("tokenFile").orElse("");
    if (!tokenFile.isEmpty()) {
      return new Credential.TokenFile(file.resolveSibling(tokenFile));
    }
    String token = user.string("token").orElse("");
    return token.isEmpty() ? new Credential.Nobody() : new Credential.Token(token);
  }

  private void refuse(JsonObject holder, String member, String instead) throws FlintException {
    if (!holder.saysNothing(member)) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED, file + ": " + member + " is not supported", instead);
    }
  }

  private static boolean isFile(JsonObject holder, String member) throws FlintException {
    return holder.string(member + "-data").orElse("").isEmpty();
  }

  /** What stands in the document itself, else a file. */
  private Optional<Pem> pem(JsonObject holder, String member) throws IOException {
    String data = holder.string(member + "-data").orElse("");
    if (!data.isEmpty()) {
      try {
        byte[] bytes = Base64.getDecoder().decode(data.replaceAll("\\s", ""));
        return Optional.of(new Pem(bytes, member + "-data of " + file));
      } catch (IllegalArgumentException e) {
        // Without its cause, which quotes what it found.
        throw new FlintException(ErrorCode.USAGE, file + ": " + member + "-data is not base64");
      }
    }
    String path = holder.string(member).orElse("");
    return path.isEmpty() ? Optional.empty() : Optional.of(Pem.of(file.resolveSibling(path)));
  }
}
