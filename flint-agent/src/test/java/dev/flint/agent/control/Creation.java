package dev.flint.agent.control;

import dev.flint.agent.instance.ImageDocument;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.instance.Resources;
import dev.flint.agent.instance.RestartRule;
import dev.flint.agent.instance.SpecDocument;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A request for an instance of a container that has nothing special. */
final class Creation {
  private Creation() {}

  static JsonObject of(String name) {
    InstanceSpec spec =
        new InstanceSpec(
            new InstanceId(name),
            "lan.x/web:1",
            List.of(),
            List.of(),
            Map.of(),
            "",
            Resources.UNSAID,
            new Network.Usual(),
            List.of(),
            List.of(),
            RestartRule.NEVER,
            Duration.ofSeconds(1),
            Map.of());
    PreparedImage image =
        new PreparedImage(
            Digest.sha256(name.getBytes(StandardCharsets.UTF_8)),
            ImageConfig.of(JsonObject.empty()),
            new PreparedImage.Layers(List.of()));
    return JsonObject.empty()
        .with("op", "create")
        .with("spec", SpecDocument.write(spec))
        .with("image", ImageDocument.write(image));
  }
}
