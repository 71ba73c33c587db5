package dev.flint.registry;

import dev.flint.oci.Reference;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.registry.auth.Authorizer;
import dev.flint.registry.auth.CredentialSource;
import dev.flint.registry.http.Http;
import dev.flint.registry.http.Network;
import dev.flint.registry.http.Proxies;
import dev.flint.registry.settings.CertsDirectories;
import dev.flint.registry.settings.ConfigSources;
import dev.flint.registry.settings.Overrides;
import dev.flint.registry.settings.RegistrySettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** How a user reaches registries: by the config file, certificates and proxies of his. */
public final class RegistryAccess {
  private final String program;
  private final RegistrySettings settings;
  private final Network network;
  private final Consumer<String> notes;

  private RegistryAccess(
      String program, RegistrySettings settings, Network network, Consumer<String> notes) {
    this.program = program;
    this.settings = settings;
    this.network = network;
    this.notes = notes;
  }

  /**
   * Reads what a user has set up.
   *
   * @param program what registries are told is asking: {@code NAME/VERSION}
   * @param overrides what goes before the config file
   * @param notes is told of retries and of mirrors that fail
   * @param warnings is told of what is not safe
   * @throws dev.flint.oci.error.FlintException USAGE if the config file cannot be understood
   */
  public static RegistryAccess of(
      String program,
      Map<String, String> env,
      Path userHome,
      Overrides overrides,
      Consumer<String> notes,
      Consumer<String> warnings)
      throws IOException {
    return of(
        program,
        env,
        userHome,
        new ConfigSources(env, userHome, Optional.empty()),
        overrides,
        notes,
        warnings);
  }

  /**
   * As the other; a project may say something, too.
   *
   * @param config all that is configured
   */
  public static RegistryAccess of(
      String program,
      Map<String, String> env,
      Path userHome,
      ConfigSources config,
      Overrides overrides,
      Consumer<String> notes,
      Consumer<String> warnings)
      throws IOException {
    RegistrySettings settings =
        new RegistrySettings(config.registries(), CertsDirectories.usual(userHome), overrides);
    Network network = new Network(settings, Proxies.fromEnvironment(env), warnings);
    return new RegistryAccess(program, settings, network, notes);
  }

  /** For one or more registries. */
  public RegistryClient client(CredentialSource credentials) {
    return client(settings, network, credentials, RetryPolicy.USUAL);
  }

  /**
   * The repository a reference is in, or mirrors of it where the user has some.
   *
   * @param others the credentials for mirrors: what was given for a registry is not for them
   * @throws dev.flint.oci.error.FlintException USAGE if the reference has no host
   */
  public ImageSource source(
      Reference reference, CredentialSource credentials, CredentialSource others)
      throws IOException {
    return new MirroredRegistries(
            client(credentials),
            () -> client(settings.forMirrors(), network.forMirrors(), others, RetryPolicy.ONCE),
            settings,
            notes)
        .source(reference);
  }

  private RegistryClient client(
      RegistrySettings known, Network link, CredentialSource credentials, RetryPolicy patience) {
    Http http = new Http(program, link);
    return new RegistryClient(
        http,
        new Authorizer(http, credentials, known::tokenServer, Clock.systemUTC()),
        known,
        Retries.by(patience, again -> notes.accept(again.line())),
        notes);
  }
}
