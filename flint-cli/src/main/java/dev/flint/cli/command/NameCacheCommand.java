package dev.flint.cli.command;

import dev.flint.cli.completion.Deadline;
import dev.flint.oci.Reference;
import dev.flint.oci.store.AtomicFile;
import dev.flint.registry.Names;
import dev.flint.registry.RegistryClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Writes names that a registry has into a file, one to a line. The launcher starts it in the
 * background for a shell that completes a word, so it asks nobody anything.
 */
@Command(
    name = "name-cache",
    hidden = true,
    description = "Keep names of a registry for completion.")
public final class NameCacheCommand implements Callable<Integer> {
  /** The names there are. */
  enum Kind {
    /** Of a repository. */
    tags,
    /** Of a registry. */
    repositories
  }

  /** Nobody waits for long before a next attempt is worth more. */
  private static final String PATIENCE_SECONDS = "5";

  /** Before the shell would ask again. A list may have many pages, each in time. */
  private static final Deadline LIMIT = new Deadline(Duration.ofSeconds(30));

  private final Context context;

  @Parameters(index = "0", paramLabel = "KIND", description = "What to ask for.")
  Kind kind;

  @Parameters(
      index = "1",
      paramLabel = "HOST[/REPOSITORY]",
      converter = RegistryOperand.Converter.class,
      description = "Whom to ask.")
  RegistryOperand place;

  @Parameters(index = "2", paramLabel = "FILE", description = "The file to write.")
  Path file;

  /** Works in a context. */
  public NameCacheCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    RegistryOptions options = new RegistryOptions();
    options.stallTimeout = PATIENCE_SECONDS;
    RegistryClient registry = context.silentRegistry(options);
    byte[] lines =
        String.join("\n", LIMIT.of(() -> names(registry)).names())
            .concat("\n")
            .getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(
        file, lines, file.resolveSibling(file.getFileName() + "~" + ProcessHandle.current().pid()));
    return 0;
  }

  private Names names(RegistryClient registry) throws IOException {
    return kind == Kind.tags
        ? registry.repository(Reference.of(place.host(), place.repository(), "")).tags()
        : registry.catalog(place.host()).repositories();
  }
}
