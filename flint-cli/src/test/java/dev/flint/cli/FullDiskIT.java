package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.cli.demo.DemoGuest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes that fail in the middle, by a limit on the length of files instead of a full disk. */
class FullDiskIT {
  @TempDir Path folder;
  private Path disk;
  private Cli user;

  @BeforeEach
  void importDisk() throws Exception {
    user = new Cli(Files.createDirectory(folder.resolve("user")));
    disk = folder.resolve("disk.raw");
    DemoGuest.writeRaw(disk, "/hello.so");
    user.run("import", "--disk", disk.toString(), "x:1").ok();
  }

  /** E17, the output of an unpack. */
  @Test
  void anUnpackThatFindsTheDiskFullLeavesNothing() throws Exception {
    Path out = Files.createDirectory(folder.resolve("out"));
    String target = out.resolve("disk").toString();
    Process unpack = user.startWithFileLimit(1024, "unpack", "x:1", "--to", target);
    assertEquals(3, unpack.waitFor(), user::childLog);
    try (Stream<Path> left = Files.list(out)) {
      assertEquals(List.of(), left.toList());
    }
    Path old = Files.writeString(out.resolve("disk"), "old");
    unpack = user.startWithFileLimit(1024, "unpack", "x:1", "--to", target, "--force");
    assertEquals(3, unpack.waitFor(), user::childLog);
    assertEquals("old", Files.readString(old));
    user.run("unpack", "x:1", "--to", target, "--force").ok();
    assertEquals(-1, Files.mismatch(disk, old));
  }

  /** E17, the index of the store. */
  @Test
  void anIndexThatCannotBeWrittenStaysAsItWas() throws Exception {
    Path index = user.store().resolve("index.json");
    for (int i = 0; Files.size(index) <= 16 << 10; i++) {
      user.run("tag", "x:1", "name" + i + ":" + "v".repeat(100)).ok();
    }
    byte[] before = Files.readAllBytes(index);
    Process tag = user.startWithFileLimit(8, "tag", "x:1", "other:1");
    assertEquals(3, tag.waitFor(), user::childLog);
    assertArrayEquals(before, Files.readAllBytes(index));
    user.run("tag", "x:1", "other:1").ok();
    user.run("unpack", "other:1", "--to", folder.resolve("again").toString()).ok();
    assertEquals(-1, Files.mismatch(disk, folder.resolve("again")));
  }
}
