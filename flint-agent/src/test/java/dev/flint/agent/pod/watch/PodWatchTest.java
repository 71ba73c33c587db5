package dev.flint.agent.pod.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.pod.ConfigKind;
import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.Pods;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PodWatchTest {
  @TempDir private Path folder;
  @TempDir private Path state;
  private final List<String> said = new ArrayList<>();
  private PodWatch watch =
      new PodWatch(Path.of("none"), Instant::now, new PodCopies(Path.of("none"), said::add));

  @BeforeEach
  void open() {
    watch = watch();
  }

  /** As an agent that begins. */
  private PodWatch watch() {
    return new PodWatch(folder, Instant::now, new PodCopies(state.resolve("copies"), said::add));
  }

  private static final String LAST = "what it said when it was last well still holds";

  private static String pod(String name, String image) {
    return "kind: Pod\nmetadata: {name: "
        + name
        + "}\nspec: {containers: [{name: a, image: '"
        + image
        + "'}]}\n";
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(folder.resolve(file), text);
  }

  /** What a look tells, in short. */
  private String look() throws IOException {
    StringBuilder out = new StringBuilder();
    for (PodEvent event : watch.look()) {
      String text;
      if (event instanceof PodEvent.PodAdded added) {
        text = "+" + added.pod().name().name() + " " + added.pod().containers().get(0).image();
      } else if (event instanceof PodEvent.PodChanged changed) {
        text = "*" + changed.pod().name().name() + " " + changed.pod().containers().get(0).image();
      } else if (event instanceof PodEvent.PodRemoved removed) {
        text = "-" + removed.name().name();
      } else if (event instanceof PodEvent.FileBroken broken) {
        text = "!" + broken.file() + " " + broken.problems();
      } else {
        text = "objects";
      }
      out.append(out.length() == 0 ? "" : "; ").append(text);
    }
    return out.toString();
  }

  @Test
  void tellsOfPodsThatComeChangeAndGo() throws IOException {
    assertEquals("", look());
    write("a.yaml", pod("a", "i:1") + "---\n" + pod("b", "i:1"));
    assertEquals("+a i:1; +b i:1", look());
    assertEquals("", look());
    write("a.yaml", "# words\n" + pod("a", "i:1") + "---\n" + pod("b", "i:2"));
    assertEquals("*b i:2", look());
    write("a.yaml", pod("b", "i:2"));
    assertEquals("-a", look());
    Files.delete(folder.resolve("a.yaml"));
    assertEquals("", look());
    assertEquals("-b", look());
    assertEquals("", look());
  }

  @Test
  void keepsTheLastGoodPodOfABrokenFile() throws IOException {
    write("a.yaml", pod("a", "i:1"));
    write("b.yaml", pod("b", "i:1"));
    assertEquals("+a i:1; +b i:1", look());
    write("a.yaml", "kind: Pod\nmetadata: {name: [");
    assertTrue(look().startsWith("!a.yaml [a.yaml, line 2: "));
    write("b.yaml", pod("b", "i:2"));
    assertEquals("*b i:2", look());
    assertEquals(2, watch.pods().size());
    write("a.yaml", pod("a", "i:3"));
    assertEquals("!a.yaml []; *a i:3", look());
  }

  /** As after a loss of power, where nothing runs that could be left alone. */
  @Test
  void aNewAgentGoesOnWithTheLastGoodPodOfABrokenFile() throws IOException {
    write("a.yaml", pod("a", "i:1") + "---\n" + pod("b", "i:1"));
    look();
    write("a.yaml", "kind: Pod\nmetadata: {name: [");
    look();
    for (int agents = 0; agents < 2; agents++) {
      open();
      String told = look();
      assertTrue(told.startsWith("!a.yaml [a.yaml, line 2: "), told);
      assertTrue(told.endsWith(", " + LAST + "]; +a i:1; +b i:1"), told);
      assertEquals("", look());
    }
    write("a.yaml", pod("a", "i:2"));
    assertEquals("!a.yaml []; *a i:2; -b", sorted(look()));
    open();
    assertEquals("+a i:2", look());
    assertEquals(List.of(), said);
  }

  private static String sorted(String told) {
    return String.join("; ", List.of(told.split("; ")).stream().sorted().toList());
  }

  @Test
  void aNewAgentTakesOfABrokenFileWhatIsWell() throws IOException {
    write("a.yaml", pod("a", "i:1") + "---\n" + pod("b", "i:1"));
    look();
    write("a.yaml", pod("a", "i:2") + "---\nkind: Deployment");
    open();
    assertEquals(
        "!a.yaml [kind Deployment is not supported: only Pod, ConfigMap, Secret and List are, "
            + LAST
            + "]; +a i:2; +b i:1",
        look());
  }

  @Test
  void aNewAgentGoesOnThoughAFileIsEmptyOrALinkToWhatIsAway() throws IOException {
    write("a.yaml", pod("a", "i:1"));
    write("b.yaml", pod("b", "i:1"));
    look();
    write("a.yaml", "");
    Files.delete(folder.resolve("b.yaml"));
    Files.createSymbolicLink(folder.resolve("b.yaml"), Path.of("away"));
    open();
    String told = look();
    assertTrue(told.endsWith(", " + LAST + "]; +a i:1; +b i:1"), told);
  }

  @Test
  void theCopyOfABrokenFileMovesWithIt() throws IOException {
    write("a.yaml", pod("a", "i:1"));
    look();
    write("a.yaml", "{");
    look();
    Files.move(folder.resolve("a.yaml"), folder.resolve("z.yaml"));
    look();
    look();
    open();
    String told = look();
    assertTrue(told.endsWith(LAST + "]; +a i:1"), told);
  }

  @Test
  void noCopyOutlivesItsFile() throws IOException {
    write("a.yaml", pod("a", "i:1"));
    write("b.yaml", pod("b", "i:1"));
    look();
    Files.delete(folder.resolve("a.yaml"));
    look();
    look();
    try (Stream<Path> copies = Files.list(state.resolve("copies"))) {
      assertEquals(1, copies.count());
    }
    Files.delete(folder.resolve("b.yaml"));
    // Nobody looks meanwhile.
    open();
    assertEquals("", look());
    write("a.yaml", "{");
    write("b.yaml", "{");
    open();
    look();
    assertEquals(0, watch.pods().size());
    try (Stream<Path> copies = Files.list(state.resolve("copies"))) {
      assertEquals(0, copies.count());
    }
  }

  /** As where the disk is full. */
  @Test
  void aCopyThatCannotBeKeptIsKeptLater() throws IOException {
    FileTime old = FileTime.from(Instant.now().minusSeconds(60));
    Files.writeString(state.resolve("copies"), "in the way");
    write("a.yaml", pod("a", "i:1"));
    Files.setLastModifiedTime(folder.resolve("a.yaml"), old);
    assertEquals("+a i:1", look());
    assertEquals("", look());
    assertEquals(1, said.size(), said.toString());
    assertTrue(said.get(0).startsWith("no copy of pod file a.yaml can be kept: "), said.get(0));
    Files.delete(state.resolve("copies"));
    look();
    write("a.yaml", "{");
    open();
    String told = look();
    assertTrue(told.endsWith(LAST + "]; +a i:1"), told);
  }

  @Test
  void refusesTheDocumentThatIsWrongAlone() throws IOException {
    write(
        "a.yaml",
        pod("a", "i:1")
            + "---\nkind: Deployment\nmetadata: {name: d}\n---\n"
            + pod("../x", "i:1")
            + "---\n"
            + pod("b", "i:1"));
    assertEquals(
        "!a.yaml [kind Deployment is not supported: only Pod, ConfigMap, Secret and List are,"
            + " pod: metadata.name: must be at most 253 lower-case letters, digits, '-' and '.',"
            + " with a letter or digit at both ends of each part]; +a i:1; +b i:1",
        look());
    assertEquals("", look());
    Files.delete(folder.resolve("a.yaml"));
    assertEquals("", look());
    assertEquals("!a.yaml []; -a; -b", look());
  }

  @Test
  void aRenameIsNoChange() throws IOException {
    write("a.yaml", pod("a", "i:1"));
    look();
    Files.move(folder.resolve("a.yaml"), folder.resolve("z.yaml"));
    assertEquals("", look());
    assertEquals("", look());
    assertEquals("", look());
    assertEquals(1, watch.pods().size());
  }

  @Test
  void anEditorThatTakesTheFileAwayForAMomentStopsNothing() throws IOException {
    write("a.yaml", pod("a", "i:1"));
    look();
    Files.move(folder.resolve("a.yaml"), folder.resolve("a.yaml~"));
    write("4913", "");
    write(".a.yaml.swp", "binary");
    assertEquals("", look());
    write("a.yaml", pod("a", "i:2"));
    assertEquals("*a i:2", look());
  }

  @Test
  void passesOverWhatIsNoPodFile() throws IOException {
    Files.createDirectory(folder.resolve("sub.yaml"));
    write("sub.yaml/a.yaml", pod("a", "i:1"));
    for (String name : List.of(".hidden.yaml", "#a.yaml#", "a.yaml~", "a.yaml.tmp", "README")) {
      write(name, pod("a", "i:1"));
    }
    assertEquals("", look());
  }

  @Test
  void seesAChangeOfTheSameSizeAndTime() throws IOException {
    FileTime time = FileTime.from(Instant.now());
    write("a.yaml", pod("a", "i:1"));
    Files.setLastModifiedTime(folder.resolve("a.yaml"), time);
    look();
    write("a.yaml", pod("a", "i:2"));
    Files.setLastModifiedTime(folder.resolve("a.yaml"), time);
    assertEquals("*a i:2", look());
  }

  @Test
  void readsNoFileAgainThatIsOldAndUnchanged() throws IOException {
    FileTime old = FileTime.from(Instant.now().minusSeconds(60));
    write("a.yaml", pod("a", "i:1"));
    Files.setLastModifiedTime(folder.resolve("a.yaml"), old);
    look();
    // Only who reads it would find this.
    Files.write(folder.resolve("a.yaml"), pod("a", "i:2").getBytes(StandardCharsets.UTF_8));
    Files.setLastModifiedTime(folder.resolve("a.yaml"), old);
    assertEquals("", look());
  }

  @Test
  void aPodOfTwoFilesStaysWithTheFirst() throws IOException {
    write("b.yaml", pod("a", "i:1"));
    assertEquals("+a i:1", look());
    write("a.yaml", pod("a", "i:2"));
    assertEquals("!a.yaml [pod default/a is in b.yaml already]", look());
    Files.delete(folder.resolve("b.yaml"));
    assertEquals("", look());
    assertEquals("!a.yaml []; *a i:2", look());
    assertEquals("", look());
  }

  @Test
  void aFileThatCannotBeReadHarmsNoOther() throws IOException {
    write("a.yaml", pod("a", "i:1"));
    write("b.yaml", pod("b", "i:1"));
    look();
    Files.delete(folder.resolve("a.yaml"));
    Files.createSymbolicLink(folder.resolve("a.yaml"), Path.of("a.yaml"));
    write("b.yaml", pod("b", "i:2"));
    String said = look();
    assertTrue(said.startsWith("!a.yaml [a.yaml cannot be read: "), said);
    assertTrue(said.endsWith("]; *b i:2"), said);
    assertEquals("", look());
    assertEquals(2, watch.pods().size());
  }

  /** As a full disk leaves it, or the first moment of a copy. */
  @ParameterizedTest
  @ValueSource(strings = {"", "\n \t\r\n", "\0\0\0"})
  void anEmptyFileRemovesNothing(String text) throws IOException {
    write("a.yaml", pod("a", "i:1"));
    look();
    write("a.yaml", text);
    assertEquals("!a.yaml [the file is empty; to remove its pods, remove it]", look());
    assertEquals(1, watch.pods().size());
    write("a.yaml", "# none");
    assertEquals("!a.yaml []; -a", look());
  }

  /** As one to a disk that is not mounted. */
  @Test
  void aLinkToWhatIsAwayRemovesNothing() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere")).resolve("a");
    Files.writeString(elsewhere, pod("a", "i:1"));
    Files.createSymbolicLink(folder.resolve("a.yaml"), elsewhere);
    look();
    Files.delete(elsewhere);
    String said = look();
    assertTrue(said.startsWith("!a.yaml [a.yaml cannot be read: "), said);
    look();
    assertEquals(1, watch.pods().size());
    Files.delete(folder.resolve("a.yaml"));
    look();
    assertTrue(look().endsWith("-a"));
    assertEquals(0, watch.pods().size());
  }

  @Test
  void readsListsAndJson() throws IOException {
    write(
        "a.json",
        """
        {"kind":"List","items":[
          {"kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[{"name":"c","image":"i:1"}]}},
          {"kind":"ConfigMap","metadata":{"name":"c"},"data":{"k":"v"}}]}
        """);
    assertEquals("objects; +a i:1", look());
    assertTrue(
        watch
            .objects(Pods.spec("containers: [{name: c, image: i}]"))
            .find(ConfigKind.CONFIG_MAP, new ObjectName("default", "c"))
            .isPresent());
  }

  @Test
  void tellsOfObjectsThatChange() throws IOException {
    String map = "kind: ConfigMap\nmetadata: {name: c}\ndata: {k: ";
    write("a.yaml", map + "one}\n");
    assertEquals("objects", look());
    write("a.yaml", map + "two}\n");
    assertEquals("objects", look());
    write("a.yaml", "# two\n" + map + "two}\n");
    assertEquals("", look());
  }

  @Test
  void aFolderThatCannotBeReadStopsNothing() throws IOException {
    write("a.yaml", pod("a", "i:1"));
    look();
    Path away = folder.resolveSibling(folder.getFileName() + ".away");
    Files.move(folder, away);
    assertThrows(IOException.class, this::look);
    assertThrows(IOException.class, this::look);
    Files.move(away, folder, StandardCopyOption.ATOMIC_MOVE);
    assertEquals("", look());
    assertEquals(1, watch.pods().size());
  }
}
