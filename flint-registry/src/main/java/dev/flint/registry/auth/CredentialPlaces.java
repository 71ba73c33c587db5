package dev.flint.registry.auth;

import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Where a user keeps credentials, in the order of docs/credentials.md. */
public final class CredentialPlaces {
  private static final Duration HELPER_LIMIT = Duration.ofSeconds(30);
  private static final String AUTH_CONFIG = "DOCKER_AUTH_CONFIG";

  private final Map<String, String> env;
  private final Path home;
  private final Optional<Path> authFile;
  private final CredentialHelpers helpers;

  /**
   * The places of a user.
   *
   * @param authFile the file that the user names, in place of all other files
   */
  public CredentialPlaces(Map<String, String> env, Path home, Optional<Path> authFile) {
    this.env = env;
    this.home = home;
    this.authFile = authFile.or(() -> variable("REGISTRY_AUTH_FILE").map(Path::of));
    this.helpers = new CredentialHelpers(env, HELPER_LIMIT);
  }

  /**
   * All places, as one.
   *
   * @param named the registries that the user's command names
   * @param given what the user gives with the command, which is asked first
   * @param told is told what each place answers, in any thread
   */
  public CredentialSource all(
      Set<String> named, Optional<CredentialSource> given, Consumer<Lookup> told) {
    List<CredentialSource> places = new ArrayList<>();
    given.ifPresent(places::add);
    places.add(new CredentialVariables(env, named, told));
    places.add(variableSource(told));
    for (Path file : files()) {
      places.add(new DockerConfigFile(file, authFile.isPresent(), helpers, told));
    }
    return new CredentialChain(places);
  }

  /** A credential that the user gives with the command, for one registry. */
  public static CredentialSource given(String host, Credential credential, Consumer<Lookup> told) {
    return new GivenCredential(host, credential, told);
  }

  /**
   * Credentials in the form that Docker's {@code config.json} has them in; nothing is run for them.
   *
   * @param place for messages
   * @param auths what that file has under {@code auths}
   */
  public static CredentialSource held(String place, JsonObject auths) {
    AuthDocument document = new AuthDocument(place, JsonObject.empty().with("auths", auths));
    return document::credential;
  }

  /** Where logins are kept. */
  public LoginStore loginStore() {
    return new LoginStore(new AuthFile(files().get(0)), helpers);
  }

  /** What the files say, without any secret; those that are not there are left out. */
  public List<CredentialFile> survey() {
    List<CredentialFile> found = new ArrayList<>();
    for (Path path : files()) {
      if (Files.exists(path)) {
        found.add(CredentialFile.of(new AuthFile(path), helpers));
      }
    }
    return found;
  }

  private CredentialSource variableSource(Consumer<Lookup> told) {
    AuthLookup lookup = new AuthLookup(helpers, told);
    return (host, repository) -> {
      Optional<String> text = variable(AUTH_CONFIG);
      if (text.isEmpty()) {
        told.accept(new Lookup(AUTH_CONFIG, Lookup.Outcome.ABSENT, "not set"));
        return Optional.empty();
      }
      byte[] bytes = text.get().getBytes(StandardCharsets.UTF_8);
      return lookup.find(AuthDocument.parse(AUTH_CONFIG, bytes), host, repository);
    };
  }

  private List<Path> files() {
    if (authFile.isPresent()) {
      return List.of(authFile.get());
    }
    List<Path> files = new ArrayList<>();
    files.add(
        variable("DOCKER_CONFIG")
            .map(Path::of)
            .orElseGet(() -> home.resolve(".docker"))
            .resolve("config.json"));
    runtimeFolder().ifPresent(folder -> files.add(folder.resolve("auth.json")));
    files.add(
        variable("XDG_CONFIG_HOME")
            .map(Path::of)
            .orElseGet(() -> home.resolve(".config"))
            .resolve("containers/auth.json"));
    return files;
  }

  private Optional<Path> runtimeFolder() {
    Optional<String> own = variable("XDG_RUNTIME_DIR");
    if (own.isPresent()) {
      return Optional.of(Path.of(own.get(), "containers"));
    }
    try {
      Object user = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
      return Optional.of(Path.of("/run/containers", user.toString()));
    } catch (IOException | UnsupportedOperationException e) {
      // Only Linux has this place.
      return Optional.empty();
    }
  }

  private Optional<String> variable(String name) {
    return Optional.of(env.getOrDefault(name, "")).filter(text -> !text.isEmpty());
  }
}
