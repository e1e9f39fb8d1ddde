"""A sheet of rendered batches with what is known of them drawn on, to be looked at.

SPDX-License-Identifier: Apache-2.0
"""
import os

import numpy as np
from PIL import Image, ImageDraw

COLOURS = np.array([[(i * 67 + 20) % 256, (i * 131 + 60) % 256, (i * 29 + 110) % 256] for i in range(19)], "u1")


def marked(picture, faces):
    image = Image.fromarray(picture)
    draw = ImageDraw.Draw(image)
    for face in faces[faces["person"] > 0]:
        draw.rectangle([float(v) for v in face["box"]], outline=(255, 200, 0))
        for point, seen in zip(face["points_68"], face["visible"]):
            x, y = (float(v) for v in point)
            draw.point([(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)], fill=(0, 255, 0) if seen else (255, 0, 0))
        for x, y in face["points_5"]:
            draw.point((float(x), float(y)), fill=(0, 0, 255))
    return np.array(image)


def write(folder, feed, columns=6):
    """sheet.png: faces, their twins, regions and visible faces, small pictures and crowds."""
    rows = []
    take = lambda plane: plane[:columns].cpu().numpy()
    face = feed["face"]
    rows.append([marked(p, f) for p, f in zip(take(face.planes["picture"]), face.faces)])
    rows.append(list(take(face.planes["picture"])))
    if "twin" in face.planes:
        rows.append(list(take(face.planes["twin"])))
    rows.append([COLOURS[np.minimum(p[..., 0], 18)] for p in take(face.planes["regions"])])
    rows.append([np.repeat(p, 3, 2) for p in take(face.planes["face"])])
    rows.append([np.array(Image.fromarray(p).resize((320, 320), Image.NEAREST)) for p in take(feed["small"].planes["picture"])])
    if "crowd" in feed:
        crowd = feed["crowd"]
        rows.append([np.array(Image.fromarray(marked(p, f)).resize((320, 320))) for p, f in zip(take(crowd.planes["picture"]), crowd.faces)])
    whole = np.concatenate([np.concatenate(row, 1) for row in rows if len(row) == min(columns, len(face))], 0)
    Image.fromarray(whole).save(os.path.join(folder, "sheet.jpg"), quality=88)
