package dev.flint.cli.command;

import dev.flint.cli.console.Result;
import dev.flint.cli.console.Table;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.Access;
import dev.flint.registry.auth.CredentialSource;
import dev.flint.registry.auth.HeldToken;
import dev.flint.registry.auth.Lookup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flint auth}. */
@Command(
    name = "auth",
    description = "Find out about credentials.",
    footer = {"", "Example:  flint auth explain localhost:5000/demo/osv-hello"})
public final class AuthCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** {@code flint auth explain}. */
  @Command(
      name = "explain",
      sortOptions = false,
      description = "Show where credentials come from and what the registry says.",
      footer = {
        "",
        "Shows every place that was asked, in order, up to the one that answered; never",
        "a secret.",
        "",
        "Example:  flint auth explain localhost:5000/demo/osv-hello"
      })
  public static final class Explain implements Callable<Integer> {
    private static final int MAX_CHALLENGE = 1000;

    private final Context context;

    @Parameters(
        paramLabel = "HOST[/REPOSITORY]",
        converter = RegistryOperand.Converter.class,
        description = "A registry, or a repository of one.")
    RegistryOperand operand;

    @Mixin OutputOptions output = new OutputOptions();

    @Mixin RegistryOptions registry = new RegistryOptions();

    /** Works in a context. */
    public Explain(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() throws IOException {
      List<Lookup> answers = Collections.synchronizedList(new ArrayList<>());
      CredentialSource credentials = context.credentials(registry, answers::add);
      try {
        credentials.find(operand.host(), operand.repository());
      } catch (IOException e) {
        showPlaces(answers);
        throw e;
      }
      Access access;
      try {
        access =
            context.registry(registry, credentials).access(operand.host(), operand.repository());
      } catch (IOException e) {
        showPlaces(answers);
        throw e;
      }
      output.print(
          context,
          Result.object(
              "auth-explain/v1",
              json(answers, access),
              () -> {
                List<String> lines = new ArrayList<>(places(answers));
                lines.addAll(lines(access));
                return lines;
              },
              ""));
      access.require("open " + operand);
      return 0;
    }

    private void showPlaces(List<Lookup> answers) {
      if (output.isTable()) {
        places(answers).forEach(context::result);
      }
    }

    private static List<String> places(List<Lookup> answers) {
      Table table = new Table("PLACE", "ANSWER");
      answers.forEach(answer -> table.row(answer.place(), answer.words()));
      return table.lines();
    }

    private static List<String> lines(Access access) {
      List<String> lines = new ArrayList<>();
      lines.add("");
      lines.add("GET " + access.url());
      lines.add("  without credentials: " + access.anonymous());
      for (String challenge : challenges(access)) {
        lines.add("  asks for: " + challenge);
      }
      for (HeldToken token : access.tokens()) {
        lines.add("  token asked for: " + token.asked());
        token.granted().ifPresent(granted -> lines.add("  token is good for: " + granted));
      }
      if (access.isAsked()) {
        lines.add("  in the end: " + access.status());
      }
      return lines;
    }

    private static JsonObject json(HeldToken token) {
      JsonObject json =
          JsonObject.empty()
              .with("asked", token.asked().toString())
              .with("end", token.end().toString());
      return token.granted().isPresent()
          ? json.with("granted", token.granted().get().toString())
          : json;
    }

    private static List<String> challenges(Access access) {
      return access.challenges().stream()
          .map(text -> text.substring(0, Math.min(MAX_CHALLENGE, text.length())))
          .toList();
    }

    private JsonObject json(List<Lookup> answers, Access access) {
      List<JsonObject> places =
          answers.stream()
              .map(
                  answer ->
                      JsonObject.empty()
                          .with("place", answer.place())
                          .with("outcome", answer.outcome().word())
                          .with("detail", answer.detail()))
              .toList();
      return JsonObject.empty()
          .with("registry", operand.toString())
          .withObjects("places", places)
          .with("url", access.url().toString())
          .with("anonymousStatus", access.anonymous())
          .withStrings("challenges", challenges(access))
          .withObjects("tokens", access.tokens().stream().map(Explain::json).toList())
          .with("status", access.status());
    }
  }
}
