package dev.flint.agent.pod.update;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UpdateRecordsTest {
  @TempDir private Path folder;

  private static PodSpec pod(String name, String word) throws FlintException {
    return Pods.pod(
        "metadata: {name: "
            + name
            + "}\nspec:\n  containers:\n  - {name: app, image: i, args: [\""
            + word
            + "\"], resources: {limits: {cpu: 1.50, memory: 1e8}}}\n"
            + "  initContainers: [{name: first, image: i}]\n");
  }

  private static PinnedPod pinned(String name, String word) throws FlintException {
    PodSpec pod = pod(name, word);
    return new PinnedPod(pod, FakeMeans.pins(pod));
  }

  private static UpdateRecord whole(String name) throws FlintException {
    Trial trial =
        Trial.of(pinned(name, "new"))
            .begunAt(new BootTime("boot", 42))
            .sparing(Map.of("app", "7"))
            .ended();
    return UpdateRecord.good(pinned(name, "old"))
        .withTrial(trial)
        .withBad(new UpdateRecord.Bad("uid", "it \"crashed\" – twice"));
  }

  @Test
  void givesBackWhatIsKept() throws IOException {
    UpdateRecords records = new UpdateRecords(folder.resolve("updates"));
    UpdateRecord record = whole("web");
    assertEquals(UpdateRecord.none(record.name()), records.read(record.name()));
    records.keep(record);
    UpdateRecord found = new UpdateRecords(folder.resolve("updates")).read(record.name());
    assertEquals(UpdateDocument.write(record), UpdateDocument.write(found));
    records.keep(UpdateRecord.none(record.name()));
    try (Stream<Path> files = Files.list(folder.resolve("updates"))) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void saysWhichImagesAreKept() throws IOException {
    UpdateRecords records = new UpdateRecords(folder);
    assertEquals(List.of(), new UpdateRecords(folder.resolve("none")).keptImages());
    records.keep(whole("web"));
    records.keep(UpdateRecord.good(pinned("db", "x")));
    Files.writeString(folder.resolve("half.json.new"), "{");
    List<PreparedImage> kept = records.keptImages();
    assertEquals(6, kept.size());
    for (PinnedPod pod :
        new PinnedPod[] {pinned("web", "old"), pinned("web", "new"), pinned("db", "x")}) {
      assertEquals(Set.of("app", "first"), pod.images().keySet());
      for (PreparedImage image : pod.images().values()) {
        assertTrue(kept.stream().anyMatch(one -> one.manifest().equals(image.manifest())));
      }
    }
    records.keepOnly(Set.of(new ObjectName("default", "db")));
    assertEquals(2, records.keptImages().size());
    records.remove(new ObjectName("default", "db"));
    assertEquals(List.of(), records.keptImages());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"namespace\":\"default\",\"name\":\"../web\"}",
        "{\"namespace\":\"default\",\"name\":\"web\",\"good\":{}}",
        "{\"namespace\":\"default\",\"name\":\"web\",\"good\":{\"pod\":{\"metadata\":"
            + "{\"name\":\"db\"},\"spec\":{\"containers\":[{\"name\":\"a\",\"image\":\"i\"}]}}}}",
        "{\"namespace\":\"default\",\"name\":\"web\",\"bad\":{\"uid\":1,\"why\":\"\"}}"
      })
  void refusesWhatIsNoRecord(String text) throws IOException {
    UpdateRecords records = new UpdateRecords(folder);
    ObjectName name = new ObjectName("default", "web");
    records.keep(whole("web"));
    try (Stream<Path> files = Files.list(folder)) {
      Files.writeString(files.findFirst().orElseThrow(), text, StandardCharsets.UTF_8);
    }
    FlintException e = assertThrows(FlintException.class, () -> records.read(name));
    assertTrue(String.valueOf(e.getMessage()).startsWith("record of a pod " + folder), e::toString);
    Path aside = records.moveAside(name);
    assertEquals(text, Files.readString(aside, StandardCharsets.UTF_8));
    assertEquals(UpdateRecord.none(name), records.read(name));
    assertEquals(List.of(), records.keptImages());
  }

  @Test
  void whoCannotSayWhichImagesAreKeptSaysWhichFileIsBroken() throws IOException {
    Path file = Files.writeString(folder.resolve("x.json"), "{");
    FlintException e = assertThrows(FlintException.class, new UpdateRecords(folder)::keptImages);
    assertTrue(
        String.valueOf(e.getMessage()).startsWith("record of a pod " + file + ": "), e::toString);
    assertEquals("remove it", e.remedy());
  }

  @Test
  void readsTheKernelsClock() throws IOException {
    Path boot = Files.createDirectories(folder.resolve("sys/kernel/random"));
    Files.writeString(boot.resolve("boot_id"), "abc\n");
    Files.writeString(folder.resolve("uptime"), "71634.07 123.00\n");
    assertEquals(new BootTime("abc", 71_634_070), BootTime.read(folder));
    for (String bad : new String[] {"", "x.yz 1", "1", "1.2 3", "99999999999999999999.00 1"}) {
      Files.writeString(folder.resolve("uptime"), bad);
      assertThrows(IOException.class, () -> BootTime.read(folder), bad);
    }
    assertTrue(BootTime.read(Path.of("/proc")).millis() > 0);
  }
}
