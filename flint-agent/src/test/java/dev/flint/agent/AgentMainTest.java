package dev.flint.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.flint.oci.error.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentMainTest {
  @TempDir private Path folder;

  @Timeout(60)
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--image-gc-low-threshold 90 --image-gc-high-threshold 80",
        "--image-gc-min-age soon",
        "--admit-signed /nowhere --pods FOLDER",
        "--admit-registry a/../b --on-demand",
        "--bootstrap-kubeconfig FOLDER/bootstrap --pods FOLDER"
      })
  void refusesWhatMakesNoSenseBeforeItTakesAnythingOver(String options) {
    Path state = folder.resolve("state");
    List<String> args = new ArrayList<>(List.of("--state", state.toString()));
    args.addAll(List.of(options.replace("FOLDER", folder.toString()).split(" ", -1)));
    assertEquals(ErrorCode.USAGE.exitCode(), AgentMain.run(args.toArray(String[]::new)));
    assertFalse(Files.exists(state.resolve("instances")));
  }
}
