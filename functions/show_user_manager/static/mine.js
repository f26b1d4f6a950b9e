import{g as e}from"./app.js";var t=()=>e("/licenses?limit=100",{list:"clinics",all:!0}),n=i=>i.filter(({permissions:l,closure:r})=>l.includes("user_manager")&&!r?.closed);export{t as a,n as b};
