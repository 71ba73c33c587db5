package dev.flint.cli.doctor;

import dev.flint.agent.backend.Finding;
import dev.flint.registry.Access;
import dev.flint.registry.RegistryClient;
import dev.flint.registry.RetryPolicy;
import dev.flint.registry.auth.CredentialSource;
import dev.flint.registry.auth.Lookup;
import dev.flint.registry.http.Proxies;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** Whether a registry can be reached, knows us, and has the same time as we. */
public final class RegistryCheckup implements Checkup {
  private static final Duration SKEW = Duration.ofMinutes(1);

  private final String host;
  private final Opening opening;
  private final Proxies proxies;
  private final Clock clock;

  /** How a client for it is made. */
  public interface Opening {
    /** The user's credentials; what each place answers is told. */
    CredentialSource credentials(Consumer<Lookup> told) throws IOException;

    /** A client with these. */
    RegistryClient client(CredentialSource credentials) throws IOException;
  }

  /** Looks at {@code HOST[:PORT]}. */
  public RegistryCheckup(String host, Opening opening, Proxies proxies, Clock clock) {
    this.host = host;
    this.opening = opening;
    this.proxies = proxies;
    this.clock = clock;
  }

  @Override
  public String subject() {
    return "registry " + host;
  }

  @Override
  public List<Finding> look() throws IOException {
    List<Lookup> answers = Collections.synchronizedList(new ArrayList<>());
    CredentialSource credentials = opening.credentials(answers::add);
    boolean known = credentials.find(host, "").isPresent();
    List<Lookup> places = List.copyOf(answers);
    Access access = opening.client(credentials).by(RetryPolicy.ONCE).access(host, "");
    List<Finding> findings = new ArrayList<>();
    findings.add(verdict(access, known, login(places)));
    skew(access, findings);
    return findings;
  }

  private Finding verdict(Access access, boolean known, String login) throws IOException {
    String way =
        "reached"
            + (access.url().getScheme().equals("https") ? " over TLS" : " without TLS")
            + proxies.towards(access.url()).map(proxy -> " through the proxy " + proxy).orElse("");
    if (access.isAsked() && (access.status() == 401 || access.status() == 403)) {
      return known
          ? Finding.refused(subject(), way + ", refuses the " + login, "flint auth explain " + host)
          : Finding.warning(subject(), way + ", wants a login", "flint login " + host);
    }
    access.require("open " + host);
    String who = known ? ", " + login : ", not logged in";
    return Finding.ok(
        subject(), way + who + (access.isAsked() ? "" : ", which it does not ask for"));
  }

  /** Which place answered, and with what kind of credential; never a secret. */
  private static String login(List<Lookup> places) {
    return places.stream()
        .filter(answer -> answer.outcome() == Lookup.Outcome.FOUND)
        .findFirst()
        .map(answer -> answer.words() + " in " + answer.place())
        .orElse("login");
  }

  private void skew(Access access, List<Finding> findings) {
    if (access.date().isEmpty()) {
      return;
    }
    try {
      Instant there =
          DateTimeFormatter.RFC_1123_DATE_TIME.parse(access.date().get(), Instant::from);
      Duration ahead = Duration.between(clock.instant(), there);
      if (ahead.abs().compareTo(SKEW) > 0) {
        findings.add(
            Finding.warning(
                "clock",
                "that of "
                    + host
                    + " is "
                    + ahead.abs().toSeconds()
                    + " s "
                    + (ahead.isNegative() ? "behind" : "ahead of")
                    + " this machine's",
                "set the clock; certificates and tokens depend on it"));
      }
    } catch (DateTimeParseException e) {
      findings.add(Finding.warning("clock", host + " does not say a time that can be read", ""));
    }
  }
}
