package dev.flint.cli.boottest;

import dev.flint.agent.backend.Backend;
import dev.flint.agent.backend.Exit;
import dev.flint.agent.backend.Finding;
import dev.flint.agent.backend.LaunchPlan;
import dev.flint.agent.backend.Run;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.pod.ProbeSpec;
import dev.flint.agent.probe.Prober;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Boots a guest without an agent, watches it until the verdict is clear, and leaves nothing. */
public final class Boot {
  private static final long LOOK_MILLIS = 50;

  /** Every server of a protocol in lines says something to this. */
  private static final String REQUEST = "GET / HTTP/1.0\r\n\r\n";

  private final Backend backend;
  private final InstanceFolder folder;
  private final Prober prober;

  /** Boots in a folder that nobody else uses. */
  public Boot(Backend backend, InstanceFolder folder) {
    this.backend = backend;
    this.folder = folder;
    this.prober =
        new Prober(
            (spec, command, millis) -> {
              throw new FlintException(ErrorCode.UNSUPPORTED, "no program is run in a guest");
            });
  }

  /**
   * What was seen.
   *
   * @param console the last lines
   */
  public record Report(List<Verdict.Result> results, boolean passed, List<String> console) {}

  /**
   * Boots once.
   *
   * @throws FlintException if the guest cannot be started here
   */
  public Report run(
      InstanceSpec wish, PreparedImage image, List<Condition> conditions, Duration limit)
      throws IOException {
    InstanceSpec spec = backend.settled(wish);
    Finding.requireNoRefusal(backend.preflight(spec, image.config()));
    Files.createDirectories(folder.run());
    LaunchPlan plan = backend.plan(spec, image, folder);
    Verdict verdict = new Verdict(conditions);
    try (ConsoleFile console = new ConsoleFile(folder.rawOut())) {
      try (Run run = backend.start(plan, folder)) {
        watch(run, spec, verdict, console, limit);
      } finally {
        // An interrupt is for the watching; what is left must go all the same.
        boolean interrupted = Thread.interrupted();
        backend.clean(plan, folder);
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
      return new Report(verdict.results(), verdict.passed(), console.tail());
    }
  }

  private void watch(
      Run run, InstanceSpec spec, Verdict verdict, ConsoleFile console, Duration limit)
      throws IOException {
    long end = System.nanoTime() + limit.toNanos();
    while (!verdict.isDecided()) {
      Optional<Exit> exit = await(run, LOOK_MILLIS);
      console.read(verdict::said);
      if (exit.isPresent()) {
        verdict.ended(exit.get());
      } else if (System.nanoTime() > end) {
        verdict.timedOut(limit.toSeconds());
      } else {
        for (Condition.Serves port : verdict.openPorts()) {
          ProbeSpec.Tcp request = new ProbeSpec.Tcp("", port.port(), REQUEST);
          if (prober.probe(spec, new ProbeSpec(request, 0, 1, 1, 1, 1, -1)).isEmpty()) {
            verdict.answered(port);
          }
        }
      }
    }
  }

  private static Optional<Exit> await(Run run, long millis) throws IOException {
    try {
      return Optional.of(run.ended().get(millis, TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException | CancellationException e) {
      throw new FlintException(ErrorCode.INTERNAL, "the guest is lost", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlintException(ErrorCode.INTERRUPTED, "interrupted while the guest ran", e);
    }
  }
}
