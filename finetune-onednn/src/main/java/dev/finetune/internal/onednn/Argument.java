package dev.finetune.internal.onednn;

import org.bytedeco.dnnl.memory;

/**
 * One tensor that a primitive reads or writes.
 *
 * @param role one of oneDNN's {@code DNNL_ARG_} constants
 * @param layout the dimensions of the tensor and the order of its values in memory
 * @param place the memory of its values
 */
record Argument(int role, memory.desc layout, Place place) {}
