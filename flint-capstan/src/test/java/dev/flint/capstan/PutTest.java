package dev.flint.capstan;

import static dev.flint.capstan.RepositoryFixture.bootDisk;
import static dev.flint.capstan.RepositoryFixture.refuses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PutTest {
  private static final IndexYaml INDEX = new IndexYaml("1.0", "", "a: desc", "", "");

  @TempDir Path folder;
  private RepositoryFixture fixture;

  @BeforeEach
  void makeRoot() {
    fixture = new RepositoryFixture(folder.resolve("root"));
  }

  private Path put(String name, boolean force, String text) throws IOException {
    return fixture
        .open()
        .put(
            CapstanName.parse(name),
            INDEX,
            force,
            file -> {
              Files.write(file, bootDisk(text));
              return DiskFormat.RAW;
            });
  }

  @ParameterizedTest
  @CsvSource({"web, web/web.raw", "ns/My App:1, ns/My App:1/My App:1.raw"})
  void writesDiskAndIndexAndNothingElse(String name, String file) throws Exception {
    Path disk = put(name, false, "x");

    assertEquals(fixture.at(file), disk);
    assertArrayEquals(bootDisk("x"), Files.readAllBytes(disk));
    assertArrayEquals(INDEX.toYaml(), Files.readAllBytes(disk.resolveSibling("index.yaml")));
    assertEquals(
        List.of(),
        fixture.tree().stream().filter(path -> path.startsWith(".flint-staging/")).toList());
    assertEquals(List.of(CapstanName.parse(name)), fixture.open().list());
    CapstanDisk found = fixture.open().find(CapstanName.parse(name));
    assertEquals(disk.toRealPath(), found.file());
    assertEquals(INDEX, found.index());
  }

  @Test
  void refusesANameThatCapstanWouldNotList() throws Exception {
    refuses(ErrorCode.USAGE, () -> put("a/b/c", false, "x"));
    assertFalse(Files.exists(fixture.root()));
  }

  @Test
  void refusesAnIndexItCouldNotReadBack() {
    IndexYaml huge = new IndexYaml("1", "", "x".repeat(IndexYaml.MAX_BYTES), "", "");
    refuses(
        ErrorCode.POLICY,
        () -> fixture.open().put(CapstanName.parse("web"), huge, false, file -> DiskFormat.RAW));
    assertFalse(Files.exists(fixture.root()));
  }

  @Test
  void overwritesOnlyByForceAndThenAsAWhole() throws Exception {
    put("ns/web", false, "old");
    fixture.file("ns/web/web.qemu.cache", new byte[1]);
    fixture.file("ns/web/web.vbox", bootDisk(""));
    List<String> before = fixture.tree();

    FlintException e = refuses(ErrorCode.LOCAL_IO, () -> put("ns/web", false, "new"));
    assertTrue(e.remedy().contains("--force"), e.remedy());
    assertEquals(before, fixture.tree());

    assertArrayEquals(bootDisk("new"), Files.readAllBytes(put("ns/web", true, "new")));
    assertEquals(
        List.of(
            ".flint-staging",
            "repository",
            "repository/ns",
            "repository/ns/web",
            "repository/ns/web/index.yaml",
            "repository/ns/web/web.raw"),
        fixture.tree());
  }

  @Test
  void keepsTheOldImageWhenWritingFails() throws Exception {
    put("web", false, "old");
    List<String> before = fixture.tree();
    assertThrows(
        IOException.class,
        () ->
            fixture
                .open()
                .put(
                    CapstanName.parse("web"),
                    INDEX,
                    true,
                    file -> {
                      Files.write(file, new byte[1]);
                      throw new IOException("no more bytes");
                    }));
    assertEquals(before, fixture.tree());
    assertArrayEquals(bootDisk("old"), Files.readAllBytes(fixture.at("web/web.raw")));
  }

  @Test
  void neverReplacesADirectoryThatHoldsOtherImages() throws Exception {
    put("ns/web", false, "x");
    refuses(ErrorCode.LOCAL_IO, () -> put("ns", false, "y"));
    refuses(ErrorCode.LOCAL_IO, () -> put("ns", true, "y"));
    assertArrayEquals(bootDisk("x"), Files.readAllBytes(fixture.at("ns/web/web.raw")));
  }

  @Test
  void addsAnImageBelowAnImage() throws Exception {
    put("ns", false, "x");
    put("ns/web", false, "y");
    assertEquals(2, fixture.open().list().size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusesToWriteThroughALink(boolean force) throws Exception {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Files.createDirectories(fixture.at(""));
    Files.createSymbolicLink(fixture.at("web"), outside);
    Files.createSymbolicLink(fixture.at("gone"), folder.resolve("nothing"));
    refuses(ErrorCode.POLICY, () -> put("web", force, "x"));
    refuses(ErrorCode.POLICY, () -> put("web/app", force, "x"));
    refuses(ErrorCode.POLICY, () -> put("gone", force, "x"));
    refuses(ErrorCode.POLICY, () -> put("gone/app", force, "x"));
    assertTrue(Files.isSymbolicLink(fixture.at("web")));
    assertEquals(0, outside.toFile().listFiles().length);
    assertFalse(Files.exists(folder.resolve("nothing")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"repository", ".flint-staging"})
  void refusesARootWhoseFoldersAreLinks(String link) throws Exception {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Files.createDirectories(fixture.root());
    Files.createSymbolicLink(fixture.root().resolve(link), outside);
    refuses(ErrorCode.POLICY, () -> put("web", true, "x"));
    assertEquals(0, outside.toFile().listFiles().length);
  }

  @Test
  void refusesAFileInTheWay() throws Exception {
    fixture.file("web", new byte[1]);
    refuses(ErrorCode.LOCAL_IO, () -> put("web", true, "x"));
    refuses(ErrorCode.LOCAL_IO, () -> put("web/app", true, "x"));
    assertEquals(1, Files.size(fixture.at("web")));
  }

  @Test
  void writesUnderARootThatIsALink() throws Exception {
    Path real = Files.createDirectories(folder.resolve("real"));
    Files.createSymbolicLink(fixture.root(), real);
    put("web", false, "x");
    assertTrue(Files.exists(real.resolve("repository/web/web.raw")));
  }

  /** Once is not enough: two that both looked before either wrote are rare. */
  @RepeatedTest(50)
  void letsOneOfManyWritersWin() throws Exception {
    int writers = 8;
    List<Future<Path>> puts = race(writers, false);
    int won = 0;
    for (Future<Path> put : puts) {
      try {
        put.get();
        won++;
      } catch (ExecutionException e) {
        FlintException refusal = assertInstanceOf(FlintException.class, e.getCause());
        assertEquals(ErrorCode.LOCAL_IO, refusal.code());
      }
    }
    assertEquals(1, won);
    assertOneWholeImage(writers);
  }

  @Test
  void letsManyForcedWritersAllSucceedInTurn() throws Exception {
    int writers = 8;
    put("ns/web", false, "0");
    for (Future<Path> put : race(writers, true)) {
      put.get();
    }
    assertOneWholeImage(writers);
  }

  /** Every writer has its disk ready before the first one may publish. */
  private List<Future<Path>> race(int writers, boolean force) throws Exception {
    CyclicBarrier ready = new CyclicBarrier(writers);
    List<Callable<Path>> tasks = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      String text = String.valueOf(i);
      tasks.add(
          () ->
              fixture
                  .open()
                  .put(
                      CapstanName.parse("ns/web"),
                      new IndexYaml(text, "", "", "", ""),
                      force,
                      file -> {
                        Files.write(file, bootDisk(text));
                        try {
                          ready.await();
                        } catch (Exception e) {
                          throw new IOException(e);
                        }
                        return DiskFormat.RAW;
                      }));
    }
    ExecutorService pool = Executors.newFixedThreadPool(writers);
    try {
      return pool.invokeAll(tasks);
    } finally {
      pool.shutdown();
    }
  }

  private void assertOneWholeImage(int writers) throws IOException {
    CapstanDisk disk = fixture.open().find(CapstanName.parse("ns/web"));
    assertTrue(Integer.parseInt(disk.index().version()) < writers);
    assertArrayEquals(bootDisk(disk.index().version()), Files.readAllBytes(disk.file()));
    assertEquals(
        List.of(
            ".flint-staging",
            "repository",
            "repository/ns",
            "repository/ns/web",
            "repository/ns/web/index.yaml",
            "repository/ns/web/web.raw"),
        fixture.tree());
  }
}
