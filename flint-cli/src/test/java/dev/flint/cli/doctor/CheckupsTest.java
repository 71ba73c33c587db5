package dev.flint.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.Finding;
import dev.flint.agent.backend.Finding.Level;
import dev.flint.cli.Cli;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckupsTest {
  @TempDir Path folder;

  private interface Look {
    List<Finding> look() throws IOException, InterruptedException;
  }

  private static Checkup checkup(String subject, Look look) {
    return new Checkup() {
      @Override
      public String subject() {
        return subject;
      }

      @Override
      public List<Finding> look() throws IOException, InterruptedException {
        return look.look();
      }
    };
  }

  /** More of those that never end than are looked at at a time. */
  @Test
  void whatHangsIsOneLineAndKeepsNobodyWaiting() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    List<Checkup> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(
          checkup(
              "hangs " + i,
              () -> {
                never.await();
                return List.of();
              }));
      String name = "fine " + i;
      all.add(checkup(name, () -> List.of(Finding.ok(name, "yes"))));
    }
    List<Finding> findings = new Doctor(Duration.ofSeconds(2)).examine(all);
    assertEquals(
        List.of("hangs 0", "fine 0", "hangs 1", "fine 1", "hangs 2", "fine 2"),
        findings.stream().map(Finding::subject).toList());
    assertEquals("no answer in 2.0 s", findings.get(4).message());
    assertEquals(Level.REFUSED, findings.get(0).level());
    assertEquals(Level.OK, findings.get(5).level());
  }

  @Test
  void twoAreLookedAtSideBySide() throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    Look meets =
        () -> {
          both.countDown();
          both.await();
          return List.of(Finding.ok("x", "met"));
        };
    List<Finding> findings =
        new Doctor(Duration.ofMinutes(1))
            .examine(List.of(checkup("a", meets), checkup("b", meets)));
    assertEquals(List.of("met", "met"), findings.stream().map(Finding::message).toList());
  }

  @Test
  void failuresAreProblemsInTheirOwnWords() throws Exception {
    List<Finding> findings =
        new Doctor(Duration.ofMinutes(1))
            .examine(
                List.of(
                    checkup(
                        "a",
                        () -> {
                          throw new FlintException(ErrorCode.AUTH, "no", "say please");
                        }),
                    checkup(
                        "b",
                        () -> {
                          throw new IllegalStateException("bug");
                        })));
    assertEquals(Finding.refused("a", "no", "say please"), findings.get(0));
    assertEquals(Level.REFUSED, findings.get(1).level());
  }

  @ParameterizedTest
  @CsvSource({
    "67108863, REFUSED",
    "67108864, WARNING",
    "1073741823, WARNING",
    "1073741824, OK",
    "9223372036854775807, OK"
  })
  void aFullDiskIsAProblem(long free, Level level) throws Exception {
    Path later = folder.resolve("not/there/yet");
    Finding finding = new FolderCheckup("space", later, at -> free).look().get(0);
    assertEquals(level, finding.level(), finding.message());
  }

  @Test
  void aFileInTheWayIsAProblem() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    Finding finding =
        new FolderCheckup("space", file.resolve("below"), at -> Long.MAX_VALUE).look().get(0);
    assertEquals(Level.REFUSED, finding.level(), finding.message());
  }

  @Test
  void anArchiveCountsOnlyIfItIsMapped() throws Exception {
    String own = Path.of(System.getProperty("java.home"), "lib/server/classes.jsa").toString();
    Path maps = folder.resolve("maps");
    Files.writeString(maps, "7f00-7f01 r--p 0 08:01 12                 " + own + "\n");
    Finding without = new JavaCheckup("1", maps).look().get(1);
    assertEquals(Level.WARNING, without.level());
    Files.writeString(maps, "7f00-7f01 rw-p 0 08:01 12      /opt/flint lib/flint-17.jsa\n");
    Finding with = new JavaCheckup("1", maps).look().get(1);
    assertEquals(Finding.ok("archive", "/opt/flint lib/flint-17.jsa"), with);
  }

  @Test
  void aQemuThatDoesNotStartIsAProblemAndLeavesNothing() throws Exception {
    Path bin = Files.createDirectory(folder.resolve("bin"));
    Path program = Files.writeString(bin.resolve("qemu-system-x86_64"), "#!/bin/sh\nexit 3\n");
    assertTrue(program.toFile().setExecutable(true));
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    List<Finding> findings = new QemuCheckup(Map.of("PATH", bin.toString()), temporary).look();
    assertEquals(1, findings.size());
    assertTrue(findings.get(0).message().contains("ended with 3"), findings.get(0).message());
    assertEquals(Level.REFUSED, findings.get(0).level());
    assertEquals(List.of(), Cli.names(temporary));
  }
}
