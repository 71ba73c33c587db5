package dev.flint.cli.command;

import dev.flint.agent.StateFolder;
import dev.flint.agent.containerd.ContainerdBackend;
import dev.flint.capstan.CapstanRepository;
import dev.flint.cli.doctor.AgentCheckup;
import dev.flint.cli.doctor.CapstanCheckup;
import dev.flint.cli.doctor.Checkup;
import dev.flint.cli.doctor.ConfigCheckup;
import dev.flint.cli.doctor.ContainerdCheckup;
import dev.flint.cli.doctor.FolderCheckup;
import dev.flint.cli.doctor.JavaCheckup;
import dev.flint.cli.doctor.LoginsCheckup;
import dev.flint.cli.doctor.ProxyCheckup;
import dev.flint.cli.doctor.QemuCheckup;
import dev.flint.cli.doctor.RegistryCheckup;
import dev.flint.cli.doctor.StoreCheckup;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.FreeSpace;
import dev.flint.registry.RegistryClient;
import dev.flint.registry.auth.CredentialPlaces;
import dev.flint.registry.auth.CredentialSource;
import dev.flint.registry.auth.Lookup;
import dev.flint.registry.http.Proxies;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** What the doctor looks at on this machine, in the order it is shown. */
final class DoctorCheckups {
  /** What a user waits for gladly; a registry that needs longer is no good. */
  private static final String PATIENCE = "5";

  private final Context context;
  private final CredentialPlaces places;

  DoctorCheckups(Context context) {
    this.context = context;
    this.places = context.credentialPlaces(Optional.empty());
  }

  List<Checkup> all(List<String> named) throws IOException {
    Map<String, String> env = context.env();
    Path temporary = context.temporary();
    StateFolder state = context.state();
    List<Checkup> all =
        new ArrayList<>(
            List.of(
                JavaCheckup.ofThisProcess(Version.text()),
                new ConfigCheckup(context.config()),
                new StoreCheckup(context.home().resolve("store")),
                space("space", context.home()),
                space("temporary files", temporary),
                space("agent's space", state.root()),
                new CapstanCheckup(CapstanRepository.rootFrom(env)),
                new QemuCheckup(env, temporary),
                new ContainerdCheckup(env, ContainerdBackend.USUAL_SOCKET, state.root()),
                new AgentCheckup(state),
                new LoginsCheckup(places),
                new ProxyCheckup(env)));
    for (String host : hosts(named)) {
      all.add(new RegistryCheckup(host, opening(host, named), proxies(env), Clock.systemUTC()));
    }
    return all;
  }

  private static Checkup space(String subject, Path folder) {
    return new FolderCheckup(subject, folder, FreeSpace::ofSystem);
  }

  /** Those named, as they are; the others sorted. */
  private Set<String> hosts(List<String> named) throws IOException {
    Set<String> others = new TreeSet<>();
    try {
      others.addAll(context.config().registries().hosts().keySet());
    } catch (IOException e) {
      // Said by another check.
    }
    places.survey().forEach(file -> others.addAll(file.hosts()));
    Set<String> all = new LinkedHashSet<>(named);
    all.addAll(others);
    return all;
  }

  private static Proxies proxies(Map<String, String> env) {
    try {
      return Proxies.fromEnvironment(env);
    } catch (FlintException e) {
      // Said by another check, and by those of the registries, which cannot be reached.
      return Proxies.NONE;
    }
  }

  private RegistryCheckup.Opening opening(String host, List<String> named) {
    RegistryOptions options = new RegistryOptions();
    options.stallTimeout = PATIENCE;
    return new RegistryCheckup.Opening() {
      @Override
      public CredentialSource credentials(Consumer<Lookup> told) {
        return places.all(named.contains(host) ? Set.of(host) : Set.of(), Optional.empty(), told);
      }

      @Override
      public RegistryClient client(CredentialSource credentials) throws IOException {
        return context.access(options).client(credentials);
      }
    };
  }
}
