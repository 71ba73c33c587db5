package dev.flint.cli.command;

import dev.flint.oci.error.FlintException;
import dev.flint.registry.auth.CredentialPlaces;
import dev.flint.registry.auth.LoginStore;
import dev.flint.registry.auth.Lookup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flint logout}. */
@Command(
    name = "logout",
    sortOptions = false,
    description = "Forget the credentials for a registry.",
    footer = {"", "Example:  flint logout localhost:5000"})
public final class LogoutCommand implements Callable<Integer> {
  private final Context context;

  @Mixin HostOperand operand = new HostOperand();

  @Mixin AuthFileOption file = new AuthFileOption();

  /** Works in a context. */
  public LogoutCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    CredentialPlaces places = context.credentialPlaces(file.authFile());
    LoginStore store = places.loginStore();
    String host = operand.host();
    if (store.erase(host)) {
      context.result("Removed login credentials for " + host);
    } else {
      context.note("not logged in to " + host + " by " + store.place());
    }
    noteWhatIsLeft(places);
    return 0;
  }

  private void noteWhatIsLeft(CredentialPlaces places) throws IOException {
    List<Lookup> answers = new ArrayList<>();
    try {
      places.all(Set.of(), Optional.empty(), answers::add).find(operand.host(), "");
    } catch (FlintException e) {
      // The logout itself is done.
      context.note(String.valueOf(e.getMessage()));
    }
    for (Lookup answer : answers) {
      if (answer.outcome() == Lookup.Outcome.FOUND) {
        context.note(answer.place() + " still has credentials for " + operand.host());
      }
    }
  }
}
