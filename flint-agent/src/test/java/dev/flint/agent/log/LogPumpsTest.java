package dev.flint.agent.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceId;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogPumpsTest {
  private static final int SECONDS = 120;

  @TempDir private Path root;
  private final List<String> warnings = new CopyOnWriteArrayList<>();

  private InstanceFolder folder(String name) throws IOException {
    Path own = Files.createDirectories(root.resolve(name));
    InstanceFolder folder = new InstanceFolder(new InstanceId(name), own, own);
    Files.createDirectories(folder.logs());
    return folder;
  }

  private static Path path(InvocationHandler handler) {
    return (Path)
        Proxy.newProxyInstance(
            LogPumpsTest.class.getClassLoader(), new Class<?>[] {Path.class}, handler);
  }

  /** One whose output cannot even be looked for, once it has begun. */
  private InstanceFolder broken(String name, Throwable fault, CountDownLatch looks)
      throws IOException {
    Path own = folder(name).root();
    AtomicBoolean first = new AtomicBoolean(true);
    Path raw =
        path(
            (self, method, arguments) -> {
              looks.countDown();
              if (first.getAndSet(false)) {
                return own.resolve("none").toFile();
              }
              throw fault;
            });
    Path shown =
        path(
            (self, method, arguments) ->
                arguments != null && "stdout.raw".equals(arguments[0])
                    ? raw
                    : method.invoke(own, arguments));
    return new InstanceFolder(new InstanceId(name), shown, own);
  }

  private List<String> texts(InstanceFolder folder) throws IOException {
    List<String> texts = new ArrayList<>();
    new LogReader(folder).read(LogQuery.ALL, line -> texts.add(line.text()));
    return texts;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void goesOnWithTheOthersWhateverFailsForOne(boolean memory) throws Exception {
    Throwable fault = memory ? new OutOfMemoryError("odd") : new IllegalStateException("odd");
    InstanceFolder good = folder("good");
    Files.writeString(good.rawOut(), "one\n");
    CountDownLatch looks = new CountDownLatch(4);
    try (LogPumps pumps =
        new LogPumps(
            text -> {
              warnings.add(text);
              throw new IllegalStateException("no room for words");
            })) {
      pumps.begin(good, 0, "");
      pumps.begin(broken("bad", fault, looks), 0, "");
      assertTrue(looks.await(SECONDS, TimeUnit.SECONDS), "the thread has ended");
      // By then the good one had its turn.
      assertEquals(List.of("one"), texts(good));
    }
    assertEquals(
        List.of("the log of instance bad cannot be written: " + fault),
        warnings,
        "it is told of, and once");
  }

  @Test
  void tellsOnceWhyALogCannotBeWritten() throws Exception {
    InstanceFolder good = folder("good");
    InstanceFolder bad = folder("bad");
    CountDownLatch told = new CountDownLatch(1);
    try (LogPumps pumps =
        new LogPumps(
            text -> {
              warnings.add(text);
              told.countDown();
            })) {
      pumps.begin(bad, 0, "");
      // Where it says how far it came there is something else.
      Files.createDirectories(bad.logs().resolve("position.new"));
      Files.writeString(bad.rawOut(), "one\n");
      assertTrue(told.await(SECONDS, TimeUnit.SECONDS));
      Files.writeString(good.rawOut(), "two\n");
      pumps.begin(good, 0, "");
      pumps.finish(good, false);
      assertEquals(List.of("two"), texts(good));
    }
    assertEquals(1, warnings.size());
    assertTrue(
        warnings.get(0).startsWith("the log of instance bad cannot be written: "),
        warnings.toString());
  }

  /** Whoever asks for a log as soon as something is in it does not wait for a look. */
  @Test
  void aLogIsBroughtUpToDateForWhoAsksForIt() throws Exception {
    InstanceFolder good = folder("good");
    InstanceFolder bad = folder("bad");
    CountDownLatch stuck = new CountDownLatch(1);
    CountDownLatch asked = new CountDownLatch(1);
    try (LogPumps pumps =
        new LogPumps(
            text -> {
              stuck.countDown();
              awaitWhole(asked);
            })) {
      pumps.begin(good, 0, "");
      Files.createDirectories(bad.logs().resolve("position.new"));
      Files.writeString(bad.rawOut(), "one\n");
      pumps.begin(bad, 0, "");
      // From now on the thread looks at nothing.
      awaitWhole(stuck);
      Files.writeString(good.rawOut(), "two\n");
      pumps.look(good.id());
      pumps.look(bad.id());
      pumps.look(new InstanceId("none"));
      assertEquals(List.of("two"), texts(good));
      asked.countDown();
    }
  }

  private static void awaitWhole(CountDownLatch latch) {
    try {
      assertTrue(latch.await(SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatIsRemovedIsLetGoThoughItCannotBeCopied() throws Exception {
    InstanceFolder full = folder("full");
    try (LogPumps pumps = new LogPumps(warnings::add)) {
      pumps.begin(full, 0, "");
      Files.createDirectories(full.logs().resolve("position.new"));
      Files.writeString(full.rawOut(), "one\n");
      assertThrows(IOException.class, () -> pumps.finish(full, false));
      assertTrue(pumps.follow(full.id()).isPresent(), "it is tried again");
      pumps.finish(full, true);
      assertTrue(pumps.follow(full.id()).isEmpty());
    }
  }
}
