package dev.flint.cli.doctor;

import dev.flint.agent.backend.Finding;
import dev.flint.registry.http.Proxies;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The variables that lead registries' traffic elsewhere, without what they say: passwords. */
public record ProxyCheckup(Map<String, String> env) implements Checkup {
  private static final Set<String> NAMES =
      Set.of("http_proxy", "https_proxy", "all_proxy", "no_proxy");

  @Override
  public String subject() {
    return "proxy";
  }

  @Override
  public List<Finding> look() throws IOException {
    Proxies.fromEnvironment(env);
    Set<String> set = new TreeSet<>();
    env.forEach(
        (name, value) -> {
          if (NAMES.contains(name.toLowerCase(Locale.ROOT)) && !value.isBlank()) {
            set.add(name);
          }
        });
    boolean ignored = set.remove("HTTP_PROXY");
    String detail = set.isEmpty() ? "none" : "by " + String.join(", ", set);
    return List.of(
        ignored
            ? Finding.warning(
                subject(), detail + "; HTTP_PROXY is not looked at", "call it http_proxy")
            : Finding.ok(subject(), detail));
  }

  /** Without the environment, which may hold secrets. */
  @Override
  public String toString() {
    return subject();
  }
}
