package dev.flint.agent.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.agent.instance.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageUserTest {
  @TempDir private Path layer;

  @BeforeEach
  void writeFiles() throws IOException {
    Path etc = Files.createDirectory(layer.resolve("etc"));
    Files.writeString(etc.resolve("passwd"), "1000:x:0:0::/:/bin/sh\nweb:x:1000:1001::/:/bin/sh\n");
    Files.writeString(etc.resolve("group"), "1002:x:0:\nstaff:x:1003:web\n");
  }

  private ImageUser of(String image) throws IOException {
    return ImageUser.of(image, Identity.OF_IMAGE, List.of(layer));
  }

  @Test
  void aNumberIsNoName() throws IOException {
    assertEquals(new ImageUser(1000, 1001, List.of(1001, 1003)), of("1000"));
    assertEquals(new ImageUser(1000, 1002, List.of(1002)), of("1000:1002"));
    assertEquals(of("1000"), of("web"));
  }
}
