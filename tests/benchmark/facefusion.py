# What FaceFusion 3.5.4 took for the same film, networks and options: recorded on two processor threads with ONNX Runtime 1.24.3, FFmpeg 5.1, CPU only.
# SPDX-License-Identifier: Apache-2.0
"""
151 frames of 1280 x 720, one face, functional networks with the signatures of the published ones. Wall time is the same at 1, 2 and 8 threads, within a
second; each figure here is the lower end of what was recorded, so that no ratio flatters. Memory is that of the Python process; its encoder is a process of
its own and is not in it.
"""

FRAMES = 151
# Wall milliseconds per frame outside the networks and the encoder: PNG files between the steps, pastes, masks, warps, checksums.
OWN_MS = {"swapper": 78, "swapper+enhancer": 99}
NETWORKS_MS = {"swapper": 37, "swapper+enhancer": 42}
ENCODER_MS = 14
WALL_S = {"swapper": 20, "swapper+enhancer": 24}
# Over both runs, 38 to 47 s and 461 to 678 MiB were seen: the lower ends are set against both.
PROCESSOR_S = 38
PEAK_MIB = 461
