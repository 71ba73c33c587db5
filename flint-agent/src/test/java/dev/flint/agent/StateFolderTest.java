package dev.flint.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateFolderTest {
  @TempDir Path folder;

  private static Map<String, String> env(Path runtime) {
    return Map.of("XDG_RUNTIME_DIR", runtime.toString());
  }

  private StateFolder made(String root, Path runtime) throws IOException {
    StateFolder state = StateFolder.of(folder.resolve(root), env(runtime));
    state.create();
    state.keepSockets();
    return state;
  }

  /** As on a full disk, where the agent is needed all the more. */
  @Test
  void whatIsKeptAlreadyIsNotWrittenAgain() throws IOException {
    Path runtime = runtime("run");
    made("state", runtime);
    Path inTheWay = folder.resolve("state/sockets.new");
    Files.createDirectories(inTheWay.resolve("x"));
    assertEquals(runtime, made("state", runtime).sockets().getParent());
  }

  private Path runtime(String name) throws IOException {
    return Files.createDirectory(folder.resolve(name));
  }

  @Test
  void socketsAreFoundWhateverTheEnvironmentSays() throws Exception {
    StateFolder service = made("state", runtime("a"));
    assertEquals(folder.resolve("a"), service.sockets().getParent());
    assertEquals(service, StateFolder.of(service.root(), Map.of()));
    assertEquals(service, StateFolder.of(service.root(), env(runtime("b"))));
    assertEquals(service, made("state", folder.resolve("b")));
  }

  @Test
  void wherePlacesAreGoneThereIsAnother() throws Exception {
    StateFolder first = made("state", runtime("a"));
    Files.delete(first.sockets());
    assertEquals(first, StateFolder.of(first.root(), env(runtime("b"))), "it is made again");
    Files.delete(folder.resolve("a"));
    StateFolder second = made("state", folder.resolve("b"));
    assertEquals(folder.resolve("b"), second.sockets().getParent());
    assertEquals(second, StateFolder.of(first.root(), Map.of()));
  }

  @Test
  void aCopyOfAFolderHasSocketsOfItsOwn() throws Exception {
    StateFolder first = made("state", runtime("a"));
    Path copy = Files.createDirectory(folder.resolve("copy"));
    Files.copy(first.root().resolve("sockets"), copy.resolve("sockets"));
    StateFolder second = StateFolder.of(copy, env(folder.resolve("a")));
    assertNotEquals(first.sockets(), second.sockets());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "relative/flint-x", "/", "/tmp/\0", "/tmp/flint-x/"})
  void aDamagedFileSaysNothing(String text) throws Exception {
    Path runtime = runtime("a");
    Path root = Files.createDirectory(folder.resolve("state"));
    Files.writeString(root.resolve("sockets"), text);
    assertEquals(runtime, StateFolder.of(root, env(runtime)).sockets().getParent());
  }

  /** What logind deletes as its user logs out would end what outlives a login. */
  @Test
  void noSocketIsWhereLoginsEnd() throws Exception {
    Path login = Path.of("/run/user/0");
    boolean made = !Files.exists(login) && Files.isWritable(Path.of("/run"));
    if (made) {
      Files.createDirectories(login);
    }
    try {
      StateFolder state = StateFolder.of(folder.resolve("state"), env(login));
      assertFalse(state.sockets().startsWith(login), state.toString());
    } finally {
      if (made) {
        Files.delete(login);
      }
    }
  }
}
