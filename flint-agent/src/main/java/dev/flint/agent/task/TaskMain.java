package dev.flint.agent.task;

import dev.flint.agent.image.FailureDocument;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.Failures;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.Printable;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The program that does a task: {@code prepare-image} or {@code collect-images}. It prints its
 * result as a JSON document, or says in the last line on standard error why there is none, and in a
 * document what else is known of that.
 */
public final class TaskMain {
  private TaskMain() {}

  /** Does a task. */
  public static void main(String[] args) {
    System.exit(run(System.getenv(), args));
  }

  /**
   * Does a task.
   *
   * @return the exit code, docs/errors.md
   */
  static int run(Map<String, String> env, String... args) {
    try {
      print(task(env, List.of(args)));
      return 0;
    } catch (IOException e) {
      FailureDocument.write(e).ifPresent(TaskMain::print);
      return fail(e);
    } catch (RuntimeException | OutOfMemoryError e) {
      return fail(e);
    }
  }

  private static int fail(Throwable failure) {
    FlintException known = Failures.known(failure);
    say(FlintException.line(known));
    return known.code().exitCode();
  }

  private static void print(JsonObject document) {
    System.out.println(new String(document.bytes(), StandardCharsets.UTF_8));
  }

  private static JsonObject task(Map<String, String> env, List<String> args) throws IOException {
    String name = args.isEmpty() ? "" : args.get(0);
    List<String> rest = args.isEmpty() ? args : args.subList(1, args.size());
    return switch (name) {
      case PrepareImageTask.NAME -> PrepareImageTask.parse(rest).run(env, System.in, TaskMain::say);
      case CollectImagesTask.NAME -> CollectImagesTask.parse(rest).run();
      default -> throw new FlintException(ErrorCode.USAGE, "no such task: \"" + name + "\"");
    };
  }

  private static void say(String line) {
    System.err.println("flint: " + Printable.of(line));
  }
}
