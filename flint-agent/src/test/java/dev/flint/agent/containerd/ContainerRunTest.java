package dev.flint.agent.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.Failures;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerRunTest {
  @TempDir Path folder;

  private ContainerRun run() throws FlintException {
    ContainerdApi api = new ContainerdApi(folder.resolve("none"), "test");
    return new ContainerRun(api, new ExitWatch(api), TestSpecs.plan("web"), "");
  }

  /** Containerd knows it by the name of its instance, by which there may be a next run. */
  @Test
  void nothingIsDoneToOneThatIsClosed() throws Exception {
    ContainerRun run = run();
    Failures.expect(ErrorCode.NETWORK, run::closeStdin);
    Failures.expect(ErrorCode.NETWORK, () -> run.resize(80, 24));
    run.close();
    run.closeStdin();
    run.resize(80, 24);
    FlintException refusal = Failures.expect(ErrorCode.USAGE, run::openStdin);
    assertEquals("this run of the container is over", refusal.getMessage());
  }
}
