package dev.flint.registry.auth;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The credentials in Docker's {@code config.json}. A file that is there but cannot be understood is
 * an error, never silent anonymity. Credential helpers are not run.
 */
public final class DockerConfigFile implements CredentialSource {
  private static final String HUB_KEY = "https://index.docker.io/v1/";

  private static final int MAX_BYTES = 4 * 1024 * 1024;

  private final Path file;

  /** Looks into one file, which need not exist. */
  public DockerConfigFile(Path file) {
    this.file = file;
  }

  /** {@code $DOCKER_CONFIG/config.json}, else {@code ~/.docker/config.json}. */
  public static DockerConfigFile fromEnvironment(Map<String, String> env, Path home) {
    String folder = env.getOrDefault("DOCKER_CONFIG", "");
    Path config = folder.isEmpty() ? home.resolve(".docker") : Path.of(folder);
    return new DockerConfigFile(config.resolve("config.json"));
  }

  @Override
  public Optional<Credential> find(String host, String repository) throws IOException {
    Optional<JsonObject> json = read();
    if (json.isEmpty()) {
      return Optional.empty();
    }
    try {
      JsonObject auths = json.get().object("auths").orElse(JsonObject.empty());
      for (String key : keys(host)) {
        Optional<JsonObject> entry = auths.object(key);
        if (entry.isPresent()) {
          Optional<Credential> credential = credential(entry.get(), key);
          if (credential.isPresent()) {
            return credential;
          }
        }
      }
      return Optional.empty();
    } catch (FlintException e) {
      throw e.code() == ErrorCode.AUTH ? e : broken("is malformed: " + e.getMessage(), e);
    }
  }

  private Optional<JsonObject> read() throws FlintException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (AccessDeniedException e) {
      throw broken("cannot be read: permission denied", e);
    } catch (IOException e) {
      throw broken("cannot be read: " + e.getMessage(), e);
    }
    try {
      return Optional.of(JsonObject.parse(bytes, "config.json"));
    } catch (FlintException e) {
      // Neither its words nor itself as the cause: they may quote a secret.
      throw broken("is not a JSON object, or is longer than 4 MiB", null);
    }
  }

  private static List<String> keys(String host) {
    boolean hub = host.equals("docker.io") || host.equals("index.docker.io");
    if (hub) {
      return List.of(HUB_KEY, "docker.io", "index.docker.io");
    }
    List<String> keys = new ArrayList<>(List.of(host));
    for (String scheme : List.of("https://", "http://", "")) {
      for (String path : List.of("", "/", "/v1/", "/v1", "/v2/", "/v2")) {
        keys.add(scheme + host + path);
      }
    }
    return keys;
  }

  private Optional<Credential> credential(JsonObject entry, String key) throws FlintException {
    Optional<String> auth = entry.string("auth").filter(text -> !text.isEmpty());
    if (auth.isEmpty()) {
      Optional<String> username = entry.string("username");
      Optional<String> password = entry.string("password");
      return username.isPresent() && password.isPresent()
          ? Optional.of(new Credential.Basic(username.get(), password.get()))
          : Optional.empty();
    }
    String text;
    try {
      text = new String(Base64.getDecoder().decode(auth.get()), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw broken("has an entry for " + key + " whose auth is not base64", e);
    }
    String clean = text.replaceAll("\0+$", "");
    int colon = clean.indexOf(':');
    if (colon < 0) {
      throw broken("has an entry for " + key + " whose auth holds no colon", null);
    }
    return Optional.of(new Credential.Basic(clean.substring(0, colon), clean.substring(colon + 1)));
  }

  private FlintException broken(String reason, @Nullable Throwable cause) {
    return new FlintException(
        ErrorCode.AUTH, "credentials file " + file + " " + reason, "mend or remove it", cause);
  }
}
