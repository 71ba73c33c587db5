package dev.flint.cli.command;

import dev.flint.agent.control.ControlClient;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.log.LogQuery;
import dev.flint.agent.log.LogReader;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code flint logs}. */
@Command(
    name = "logs",
    sortOptions = false,
    description = "Show the output of an instance, or its serial console.",
    footer = {
      "",
      "Terminal sequences are left out; --raw shows them. Times are when the agent",
      "read a line.",
      "",
      "Example:  flint logs --tail 20 web",
      "          flint logs -f web"
    })
public final class LogsCommand implements Callable<Integer> {
  private static final int LOOK_MILLIS = 100;

  private final Context context;

  @Parameters(paramLabel = "NAME", description = "The instance.")
  String name;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what comes, until the instance has ended.")
  boolean follow;

  @Option(
      names = {"-n", "--tail"},
      paramLabel = "LINES",
      converter = TailConverter.class,
      description = "Only so many of the last lines, or all. Default: all.")
  @Nullable Integer tail;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = SinceConverter.class,
      description = "Only lines since a time (RFC 3339) or for so long, such as 10m.")
  @Nullable Instant since;

  @Option(names = "--previous", description = "Of the run before the last one.")
  boolean previous;

  @Option(
      names = {"-t", "--timestamps"},
      description = "The time before each line.")
  boolean timestamps;

  @Option(names = "--raw", description = "As it was written, with all that a terminal obeys.")
  boolean raw;

  /** Works in a context. */
  public LogsCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    InstanceId id = InstanceId.parse(name);
    InstanceFolder folder = context.state().folder(id);
    if (!Files.isDirectory(folder.root())) {
      throw new FlintException(
          ErrorCode.NOT_FOUND, "there is no instance named " + id, "see flint ps --all");
    }
    LogReader reader = new LogReader(folder);
    LogPrinter printer = new LogPrinter(context.console(), timestamps, raw);
    LogQuery query =
        new LogQuery(previous, tail == null ? -1 : tail, since == null ? Instant.MIN : since);
    if (!follow || previous) {
      reader.read(query, printer);
      return 0;
    }
    CountDownLatch ended = new CountDownLatch(1);
    try (ControlClient agent = context.agent().connect()) {
      Thread waiter = new Thread(() -> awaitEnd(agent, id, ended), "flint-end");
      waiter.setDaemon(true);
      waiter.start();
      reader.follow(query, printer, () -> isRunning(ended));
    }
    return 0;
  }

  private static void awaitEnd(ControlClient agent, InstanceId id, CountDownLatch ended) {
    try {
      agent.ask(JsonObject.empty().with("id", id.text()).with("op", "settled"));
    } catch (IOException e) {
      // The instance or the agent is gone; there is no more to come.
    } finally {
      ended.countDown();
    }
  }

  private static boolean isRunning(CountDownLatch ended) throws IOException {
    try {
      return !ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  static final class TailConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      if (text.equals("all")) {
        return -1;
      }
      if (!text.matches("[0-9]{1,9}")) {
        throw new TypeConversionException("expected a number of lines: " + text);
      }
      return Integer.parseInt(text);
    }
  }

  static final class SinceConverter implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String text) {
      if (text.matches("[0-9]{1,9}[smhd]")) {
        long number = Long.parseLong(text.substring(0, text.length() - 1));
        long unit =
            switch (text.charAt(text.length() - 1)) {
              case 's' -> 1;
              case 'm' -> 60;
              case 'h' -> 3600;
              default -> 86_400;
            };
        return Clock.systemUTC().instant().minusSeconds(number * unit);
      }
      try {
        return Instant.parse(text);
      } catch (DateTimeParseException e) {
        throw new TypeConversionException(
            "expected a time such as 10m or 2026-01-31T12:00:00Z: " + text);
      }
    }
  }
}
