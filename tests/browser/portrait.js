// People with faces: a camera that draws somebody, each in colours of their own.
(([number, ground, coat, skin, hair]) => {
  navigator.mediaDevices.getUserMedia = async (wishes) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [640, 400];
    const pen = canvas.getContext("2d");
    const dot = (colour, x, y, rx, ry) => {
      pen.fillStyle = colour;
      pen.beginPath();
      pen.ellipse(x, y, rx, ry, 0, 0, 7);
      pen.fill();
    };
    const draw = () => {
      const light = pen.createLinearGradient(0, 0, 640, 400);
      light.addColorStop(0, ground[0]);
      light.addColorStop(1, ground[1]);
      pen.fillStyle = light;
      pen.fillRect(0, 0, 640, 400);
      dot("rgb(255 255 255 / 12%)", 150 + 300 * (number % 2), 90, 90, 60);
      dot(hair, 320, 205, 62, 76);
      dot(coat, 320, 430, 135, 135);
      dot(skin, 320, 300, 25, 40);
      dot(skin, 320, 220, 50, 64);
      dot(hair, 320, 166, 52, 28);
    };
    draw();
    setInterval(draw, 200);
    const stream = new MediaStream();
    if (wishes.video) stream.addTrack(canvas.captureStream(5).getVideoTracks()[0]);
    if (wishes.audio) {
      const sound = new AudioContext();
      const out = sound.createMediaStreamDestination();
      stream.addTrack(out.stream.getAudioTracks()[0]);
    }
    window.tracks.push(...stream.getTracks());
    return stream;
  };
})(LOOK);
