package dev.flint.agent.supervise;

import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.InstanceState;
import dev.flint.agent.instance.PreparedImage;

/**
 * An instance at one moment.
 *
 * @param backend the name of what runs it
 */
public record InstanceView(
    InstanceSpec spec, PreparedImage image, String backend, InstanceState state) {}
